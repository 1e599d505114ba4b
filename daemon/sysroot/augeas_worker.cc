// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/sysroot/augeas_worker.h"

#include <augeas.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <functional>

#include "base/cat.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/formats/text_dump.h"
#include "daemon/sysroot/guest_path.h"
#include "proto/xdr.h"

namespace glovebox::guestd {
namespace {

constexpr int kSocketNumber = 3;
constexpr auto kLookForCancel = std::chrono::milliseconds(500);
constexpr auto kTimeout = std::chrono::minutes(15);  // of one call: lenses are slow, and emulated
constexpr size_t kMaxMessage = 2 * kMaxTextBytes;

// --- Messages: a length, and XDR.

void send(int fd, const proto::XdrWriter& message) {
  proto::XdrWriter length;
  length.uint32(static_cast<uint32_t>(message.size()));
  base::write_all(fd, length.bytes(), "augeas worker");
  base::write_all(fd, message.bytes(), "augeas worker");
}

// `wait` returns when there is something to read, or throws.
std::string receive_exactly(int fd, size_t count, const std::function<void()>& wait) {
  std::string bytes(count, '\0');
  for (size_t done = 0; done < count;) {
    wait();
    const ssize_t got = ::read(fd, bytes.data() + done, count - done);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      throw Error(Errc::Died, "Augeas ended unexpectedly", EPIPE);
    done += static_cast<size_t>(got);
  }
  return bytes;
}

std::string receive(int fd, const std::function<void()>& wait) {
  const std::string word = receive_exactly(fd, 4, wait);
  const uint32_t length = proto::XdrReader(word).uint32();
  if (length > kMaxMessage)
    throw Error(Errc::Corrupt, "Augeas's answer is too large", EFBIG);
  return receive_exactly(fd, length, wait);
}

// --- In the worker

struct Matches {
  char** paths = nullptr;
  int count = 0;
  ~Matches() {
    for (int i = 0; i < count; ++i) ::free(paths[i]);
    ::free(paths);
  }
};

class Session {
 public:
  Session(std::string root, int32_t flags) : root_(std::move(root)), flags_(flags) {}

  AugeasAnswer run(const AugeasRequest& request) {
    AugeasAnswer answer;
    answer.number = perform(request, answer);
    if (answer.number < 0)
      throw Error(Errc::System, complaint(), EINVAL);
    return answer;
  }

 private:
  static const char* pointer(const std::optional<std::string>& text) {
    return text ? text->c_str() : nullptr;
  }

  int perform(const AugeasRequest& request, AugeasAnswer& answer) {
    const auto text = [&](size_t i) { return request.texts.at(i).c_str(); };
    const char* value = nullptr;
    int status = 0;
    switch (request.call) {
      case AugeasCall::Init:
        return init();
      case AugeasCall::DefineVariable:
        return ::aug_defvar(augeas_, text(0), pointer(request.optional_text));
      case AugeasCall::DefineNode:
        return ::aug_defnode(augeas_, text(0), text(1), text(2), &answer.created);
      case AugeasCall::Get:
        status = ::aug_get(augeas_, text(0), &value);
        return one_of(status, value, answer);
      case AugeasCall::Set:
        return ::aug_set(augeas_, text(0), text(1));
      case AugeasCall::Clear:
        return ::aug_set(augeas_, text(0), nullptr);
      case AugeasCall::Insert:
        return ::aug_insert(augeas_, text(0), text(1), request.number);
      case AugeasCall::Remove:
        return ::aug_rm(augeas_, text(0));
      case AugeasCall::Move:
        return ::aug_mv(augeas_, text(0), text(1));
      case AugeasCall::Match:
        return match(text(0), answer);
      case AugeasCall::Save:
        return in_guest([&] { return ::aug_save(augeas_); });
      case AugeasCall::Load:
        return in_guest([&] { return ::aug_load(augeas_); });
      case AugeasCall::SetMany:
        return ::aug_setm(augeas_, text(0), pointer(request.optional_text), text(1));
      case AugeasCall::Label:
        status = ::aug_label(augeas_, text(0), &value);
        return one_of(status, value, answer);
      case AugeasCall::Transform:
        return ::aug_transform(augeas_, text(0), text(1), request.number);
    }
    throw Error(Errc::Corrupt, "no such call of Augeas", EPROTO);
  }

  // Lenses are read here, before the guest's tree is the root; files are not.
  int init() {
    augeas_ = ::aug_init("/", nullptr, static_cast<unsigned>(flags_) | AUG_NO_LOAD);
    if (!augeas_)
      throw Error(Errc::System, "Augeas could not be started", ENOMEM);
    return flags_ & AUG_NO_LOAD ? 0 : in_guest([&] { return ::aug_load(augeas_); });
  }

  template <typename Action>
  int in_guest(const Action& action) {
    const base::UniqueFd appliance = base::open_file("/", O_PATH | O_DIRECTORY);
    const base::UniqueFd guest = open_in_guest(root_, O_PATH | O_DIRECTORY);
    if (::fchdir(guest.get()) != 0 || ::chroot(".") != 0)
      throw_guest_errno(root_);
    const int status = action();
    if (::fchdir(appliance.get()) != 0 || ::chroot(".") != 0)
      ::_exit(1);  // it would be lost in the guest
    return status;
  }

  static int one_of(int status, const char* value, AugeasAnswer& answer) {
    if (status == 0)
      throw Error(Errc::NotFound, "no matching node", ENOENT);
    if (status > 0)
      answer.texts.push_back(value ? value : "");
    if (status > 0 && !value)
      throw Error(Errc::NotFound, "the node has no value", ENODATA);
    return status;
  }

  int match(const char* path, AugeasAnswer& answer) {
    Matches matches;
    const int status = matches.count = ::aug_match(augeas_, path, &matches.paths);
    size_t bytes = 0;
    for (int i = 0; i < matches.count; ++i) {
      answer.texts.push_back(matches.paths[i]);
      bytes += answer.texts.back().size() + 8;
      if (bytes > kMaxTextBytes)
        throw Error(Errc::Corrupt, "too many nodes match", EFBIG);
    }
    matches.count = std::max(matches.count, 0);
    return status;
  }

  std::string complaint() const {
    const auto add = [](std::string& text, const char* more) {
      if (more && *more)
        text += base::cat(text.empty() ? "" : ": ", more);
    };
    std::string text;
    add(text, ::aug_error_message(augeas_));
    add(text, ::aug_error_minor_message(augeas_));
    add(text, ::aug_error_details(augeas_));
    return base::escape(text);
  }

  const std::string root_;
  const int32_t flags_;
  augeas* augeas_ = nullptr;
};

AugeasRequest decode_request(proto::XdrReader in) {
  AugeasRequest request;
  request.call = static_cast<AugeasCall>(in.uint32());
  request.texts = in.strings();
  request.optional_text = in.optional_string();
  request.number = in.int32();
  return request;
}

proto::XdrWriter answer_to(Session& session, const AugeasRequest& request) {
  proto::XdrWriter out;
  try {
    const AugeasAnswer answer = session.run(request);
    out.boolean(true);
    out.int32(answer.number);
    out.int32(answer.created);
    out.strings(answer.texts);
  } catch (const Error& e) {
    out = proto::XdrWriter();
    out.boolean(false);
    out.string(e.what());
    out.int32(e.errnum());
  }
  return out;
}

[[noreturn]] void worker_process(const std::string& root, int32_t flags) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, "guestd-augeas");
  try {
    Session session(root, flags);
    for (;;) {
      const std::string message = receive(kSocketNumber, [] {});
      send(kSocketNumber, answer_to(session, decode_request(proto::XdrReader(message))));
    }
  } catch (const Error&) {
    ::_exit(1);  // guestd closed the socket
  }
}

}  // namespace

AugeasWorker::AugeasWorker(const std::string& root, int32_t flags, Progress& progress) {
  base::SocketPair pair = base::make_socket_pair();
  pid_ = ::fork();
  if (pid_ < 0)
    base::throw_errno("fork of the Augeas worker");
  if (pid_ == 0) {
    ::dup2(pair.second.get(), kSocketNumber);
    ::close_range(kSocketNumber + 1, ~0U, 0);  // nothing of guestd's stays open here
    worker_process(root, flags);
  }
  socket_ = std::move(pair.first);
  try {
    ask({.call = AugeasCall::Init}, &progress);
  } catch (...) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    throw;
  }
}

AugeasWorker::~AugeasWorker() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

AugeasAnswer AugeasWorker::ask(const AugeasRequest& request, Progress* progress) {
  proto::XdrWriter out;
  out.uint32(static_cast<uint32_t>(request.call));
  out.strings(request.texts);
  out.optional_string(request.optional_text);
  out.int32(request.number);
  send(socket_.get(), out);
  const base::Deadline deadline = base::Deadline::after(kTimeout);
  const std::string message = receive(socket_.get(), [&] {
    while (!base::wait_for(socket_.get(), POLLIN,
                           deadline.min(base::Deadline::after(kLookForCancel)))) {
      if (progress)
        progress->pulse();
      if (deadline.passed())
        throw Error(Errc::Timeout, "Augeas did not answer in time", ETIMEDOUT);
    }
  });
  proto::XdrReader in(message);
  if (!in.boolean()) {
    const std::string text = in.string();
    throw Error(Errc::System, text, in.int32());
  }
  AugeasAnswer answer;
  answer.number = in.int32();
  answer.created = in.int32();
  answer.texts = in.strings();
  return answer;
}

}  // namespace glovebox::guestd
