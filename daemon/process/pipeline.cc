// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/process/pipeline.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>

#include "base/cat.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::guestd {
namespace {

constexpr auto kLookForCancel = std::chrono::milliseconds(500);
constexpr auto kIdleTimeout = std::chrono::minutes(30);  // a big tree may be silent for long
constexpr auto kEndTimeout = std::chrono::minutes(10);   // from the end of output to its exit
constexpr size_t kMaxComplaint = 8192;
constexpr size_t kBlock = 64 << 10;

// The programs of a pipeline, running. What they print on stderr is kept in a file.
class Running {
 public:
  Running(const Pipeline& pipeline, base::UniqueFd input, base::UniqueFd output)
      : complaints_(base::make_memfd("stderr")), name_(name_of(pipeline.back())) {
    for (size_t i = 0; i < pipeline.size(); ++i) {
      base::Pipe next;
      if (i + 1 < pipeline.size())
        next = base::make_pipe();
      start(pipeline[i], input, i + 1 < pipeline.size() ? next.write_end : output);
      input = std::move(next.read_end);
    }
  }

  // Throws unless all of them succeeded.
  void finish() {
    bool failed = false;
    for (base::Child& child : children_) {
      const auto exit = child.wait(base::Deadline::after(kEndTimeout));
      if (!exit)
        throw Error(Errc::Timeout, name_ + ": did not end and was killed", ETIMEDOUT);
      failed = failed || !exit->ok();
      text_ = exit->ok() ? text_ : exit->text();
    }
    if (failed)
      throw Error(Errc::System, complaint(), EIO);
  }

  base::ExitStatus wait() {
    const auto exit = children_.back().wait(base::Deadline::after(kEndTimeout));
    if (!exit)
      throw Error(Errc::Timeout, name_ + ": did not end and was killed", ETIMEDOUT);
    return *exit;
  }

  std::string complaints() const {
    std::string text(kMaxComplaint, '\0');
    text.resize(base::pread_some(complaints_.get(), text.data(), text.size(), 0, "stderr"));
    return text;
  }

 private:
  void start(const Program& program, const base::UniqueFd& input, const base::UniqueFd& output) {
    const base::UniqueFd none = base::open_file("/dev/null", O_RDWR);
    base::SpawnOptions options = {.argv = program.argv,
                                  .extra_environment = program.environment,
                                  .descriptors = program.descriptors};
    options.extra_environment.push_back("LC_ALL=C");
    options.descriptors.push_back({input.valid() ? input.get() : none.get(), 0});
    options.descriptors.push_back({output.valid() ? output.get() : none.get(), 1});
    options.descriptors.push_back({complaints_.get(), 2});
    children_.push_back(base::Child::spawn(options));
  }

  std::string complaint() const {
    const std::string said = base::escape_text(base::trim(complaints()));
    return said.empty() ? base::cat(name_, " ", text_) : said;
  }

  base::UniqueFd complaints_;
  std::string name_;
  std::string text_;
  std::vector<base::Child> children_;
};

// Waits for the descriptor, looking for the caller's cancel meanwhile.
void wait_ready(const base::UniqueFd& fd, short events, Progress* progress) {
  const base::Deadline deadline = base::Deadline::after(kIdleTimeout);
  while (!base::wait_for(fd.get(), events, deadline.min(base::Deadline::after(kLookForCancel)))) {
    if (progress)
      progress->pulse();
    if (deadline.passed())
      throw Error(Errc::Timeout, "a program transferred no data for half an hour and was killed",
                  ETIMEDOUT);
  }
}

size_t read_some(const base::UniqueFd& fd, std::span<char> room, Progress* progress) {
  wait_ready(fd, POLLIN, progress);
  ssize_t count;
  while ((count = ::read(fd.get(), room.data(), room.size())) < 0)
    if (errno != EINTR)
      base::throw_errno("read");
  return static_cast<size_t>(count);
}

// False when the program reads no more: why, its exit says.
bool write_some(const base::UniqueFd& fd, std::string_view bytes, Progress* progress) {
  while (!bytes.empty()) {
    wait_ready(fd, POLLOUT, progress);
    const ssize_t count = ::write(fd.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EPIPE)
      return false;
    if (count < 0 && errno != EINTR && errno != EAGAIN)
      base::throw_errno("write");
    if (count > 0)
      bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

base::UniqueFd copy_of(const base::UniqueFd& fd) {
  return fd.valid() ? fd.duplicate() : base::UniqueFd();
}

}  // namespace

std::string path_for_child(const base::UniqueFd& fd) {
  return base::cat("/proc/", ::getpid(), "/fd/", fd.get());
}

base::RunResult try_pipeline(const Pipeline& pipeline,
                             const base::UniqueFd& input,
                             size_t max_output_bytes,
                             Progress* progress) {
  base::Pipe out = base::make_pipe();
  Running running(pipeline, copy_of(input), std::move(out.write_end));
  base::RunResult result;
  std::string block(kBlock, '\0');
  while (const size_t count = read_some(out.read_end, block, progress)) {
    if (result.stdout_text.size() + count > max_output_bytes)
      throw Error(Errc::Corrupt,
                  base::cat("the output is larger than ", max_output_bytes, " bytes"), EFBIG);
    result.stdout_text.append(block, 0, count);
  }
  result.exit = running.wait();
  result.stderr_text = running.complaints();
  return result;
}

std::string run_pipeline(const Pipeline& pipeline,
                         const base::UniqueFd& input,
                         size_t max_output_bytes,
                         Progress* progress) {
  base::RunResult result = try_pipeline(pipeline, input, max_output_bytes, progress);
  if (!result.exit.ok()) {
    const std::string said = base::escape_text(base::trim(result.stderr_text));
    throw Error(Errc::System,
                said.empty() ? base::cat(name_of(pipeline.back()), " ", result.exit.text()) : said,
                EIO);
  }
  return std::move(result.stdout_text);
}

void stream_out(const Pipeline& pipeline, const base::UniqueFd& input, FileOutStream& out) {
  base::Pipe pipe = base::make_pipe();
  Running running(pipeline, copy_of(input), std::move(pipe.write_end));
  while (const size_t count = read_some(pipe.read_end, out.room(), nullptr)) out.commit(count);
  running.finish();
}

void stream_in(FileInStream& in,
               const Pipeline& pipeline,
               const base::UniqueFd& output,
               Progress* progress) {
  base::Pipe pipe = base::make_large_pipe();
  Running running(pipeline, std::move(pipe.read_end), copy_of(output));
  ::fcntl(pipe.write_end.get(), F_SETFL, O_NONBLOCK);
  for (std::string_view piece = in.next(); !piece.empty(); piece = in.next())
    if (!write_some(pipe.write_end, piece, progress))
      break;
  pipe.write_end.reset();
  running.finish();
}

}  // namespace glovebox::guestd
