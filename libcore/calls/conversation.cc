// SPDX-License-Identifier: LGPL-2.1-or-later
#include "calls/conversation.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "base/scope_exit.h"
#include "proto/errno_names.h"
#include "proto/message.h"

namespace glovebox::calls {
namespace {

// How often a silent machine is looked at.
constexpr std::chrono::milliseconds kLookInterval{1000};
// How much of a file is queued before the socket has to take some.
constexpr size_t kMaxQueued = 256 * 1024;
// How much of it is read at a time where there is no transfer disk.
constexpr size_t kReadSize = 128 * 1024;
// guestd has to read that its slots are free: so many bytes of such words wait here at most, when
// the socket takes no more.
constexpr size_t kMaxQueuedTaken = 4096;
// How long nothing moves before it is looked at why.
constexpr std::chrono::milliseconds kSettleTime{5000};
// Progress messages are handed on so far apart; guestd sends them 333 ms apart.
constexpr std::chrono::milliseconds kProgressInterval{100};

[[noreturn]] void throw_lost(const std::string& why) {
  throw Error(Errc::Corrupt, "Lost protocol synchronization: " + why);
}

template <typename T>
T decode(std::string_view bytes, const char* what) {
  return base::with_context(base::cat("damaged ", what, " from the appliance"), [&] {
    proto::XdrReader in(bytes);
    T value;
    read(in, value);
    in.finish();
    return value;
  });
}

// Escaping makes a text up to four times as long.
std::string bounded_text(std::string_view text) {
  std::string escaped = base::escape_text(text);
  if (escaped.size() <= proto::kMaxErrorText)
    return escaped;
  size_t end = proto::kMaxErrorText;
  while (end > 0 && (static_cast<unsigned char>(escaped[end]) & 0xc0) == 0x80) --end;
  return escaped.substr(0, end) + "...";
}

std::string minutes_or_seconds(std::chrono::milliseconds time) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(time).count();
  return seconds >= 120 ? base::cat(seconds / 60, " minutes") : base::cat(seconds, " s");
}

}  // namespace

Conversation::Conversation(const Means& means,
                           const CallInfo& call,
                           uint32_t serial,
                           Observer& observer)
    : stream_(means.stream),
      disk_(means.disk),
      cancel_fd_(means.cancel_fd),
      patience_(means.patience),
      machine_(means.machine),
      time_left_(means.time_left),
      time_is_up_(means.time_is_up),
      call_(call),
      serial_(serial),
      observer_(observer) {}

Conversation::~Conversation() {
  if (disk_)
    disk_->clear();
}

std::string Conversation::run(const Request& request) {
  // Local files first: if one cannot be opened, guestd need not hear of it.
  std::optional<LocalReader> file_in;
  std::optional<LocalWriter> file_out;
  if (request.file_in)
    file_in.emplace(*request.file_in);
  if (request.file_out)
    with_caller([&] { file_out.emplace(*request.file_out, cancel_fd_); });
  receiving_file_ = request.file_out != nullptr;
  if (machine_) {
    in_step_ = false;
    machine_->require_running();  // what it said before the call makes no descriptor readable
    in_step_ = true;
  }
  send_request(request, file_in ? file_in->size_hint() : 0);
  in_step_ = false;
  if (file_in)
    send_file(*file_in);
  std::string reply = take_reply(await_reply(), file_out.has_value());
  if (file_out)
    receive_file(*file_out);
  throw_local_error();
  return reply;
}

void Conversation::send_request(const Request& request, uint64_t size_hint) {
  const proto::Header header{.procedure = call_.number,
                             .serial = serial_,
                             .progress_hint = size_hint,
                             .optargs_bitmask = request.optargs_bitmask};
  stream_.queue(proto::frame(header, request.arguments));
}

void Conversation::send_file(LocalReader& file) {
  sending_file_ = true;
  std::string buffer(disk_ ? 0 : kReadSize, '\0');
  bool stopped = false;
  while (!stopped) {
    while (const auto item = next_item()) {
      if (item->kind == Incoming::Kind::Message)
        throw_lost("a reply before the end of the file that is being sent");
      stopped = true;  // guestd wants no more; its reply says why
    }
    if (stopped || cancelled_)
      break;
    if (stream_.queued() >= kMaxQueued) {
      flush();
      if (stream_.queued() >= kMaxQueued)
        wait();
      else
        look();
    } else if (slots_are_full()) {
      wait();
    } else if (!file.ready()) {
      with_caller([&] { wait(file.fd()); });
    } else {
      std::string_view bytes;
      try {
        bytes = file.read(disk_ ? disk_->slot(slots_sent_ % proto::kSlots) : std::span(buffer));
      } catch (const Error&) {
        local_error_ = std::current_exception();
        break;
      }
      if (bytes.empty()) {
        stream_.queue(proto::frame(proto::Chunk{}));
        sending_file_ = false;
        return;
      }
      queue_piece(bytes);
    }
  }
  stream_.queue(proto::frame(proto::Chunk{.cancelled = true}));
  sending_file_ = false;
}

void Conversation::queue_piece(std::string_view bytes) {
  if (disk_ && bytes.size() >= proto::kMinStored) {
    const proto::StoredPiece piece{.slot = slots_sent_ % proto::kSlots,
                                   .bytes = static_cast<uint32_t>(bytes.size())};
    stream_.queue(proto::frame(proto::Chunk{.stored = piece}));
    ++slots_sent_;
    flush();  // guestd can begin
    return;
  }
  for (size_t at = 0; at < bytes.size(); at += proto::kMaxChunk)
    stream_.queue(proto::frame(proto::Chunk{.data = bytes.substr(at, proto::kMaxChunk)}));
}

void Conversation::note_taken() {
  if (slots_sent_ - slots_taken_ < proto::kSlotsPerTaken)
    throw_lost("the appliance released more slots of the transfer disk than it was given");
  slots_taken_ += proto::kSlotsPerTaken;
  note_movement();
}

std::string_view Conversation::await_message() {
  for (;;) {
    while (const auto item = next_item())
      // A cancel word can cross the last chunk of a file on its way; it has nothing left to stop.
      if (item->kind == Incoming::Kind::Message)
        return item->bytes;
    wait();
  }
}

std::string_view Conversation::await_reply() {
  const std::string_view message = await_message();
  if (message.size() < proto::Header::kSize)
    throw_lost(base::cat("message of ", message.size(), " bytes"));
  return message;
}

std::string Conversation::take_reply(std::string_view message, bool file_follows) {
  const auto header =
      decode<proto::Header>(message.substr(0, proto::Header::kSize), "message header");
  const std::string_view body = message.substr(proto::Header::kSize);
  if (header.program != proto::kProgram)
    throw_lost(base::cat("wrong program (", header.program, "/", proto::kProgram, ")"));
  if (header.version != proto::kVersion)
    throw_lost(base::cat("wrong protocol version (", header.version, "/", proto::kVersion, ")"));
  if (header.direction != proto::Direction::Reply)
    throw_lost("unexpected message direction");
  if (header.procedure != call_.number)
    throw_lost(
        base::cat("unexpected procedure number (", header.procedure, "/", call_.number, ")"));
  if (header.serial != serial_)
    throw_lost(base::cat("unexpected serial (", header.serial, "/", serial_, ")"));
  if (header.status == proto::Status::Ok) {
    in_step_ = !file_follows;
    return std::string(body);
  }
  in_step_ = true;
  throw_local_error();
  throw_remote(body);
}

void Conversation::throw_remote(std::string_view error_reply) const {
  const auto error = decode<proto::ErrorReply>(error_reply, "error reply");
  const int errnum = proto::errno_value(error.errno_name);
  if (cancelled_ && errnum == EINTR)
    throw_cancelled();
  throw Error(Errc::Remote, bounded_text(error.text), errnum);
}

void Conversation::throw_cancelled() const {
  throw Error(Errc::Cancelled, "cancelled", EINTR);
}

void Conversation::throw_local_error() {
  if (local_error_)
    std::rethrow_exception(local_error_);
}

void Conversation::receive_file(LocalWriter& file) {
  const auto guarded = [&](auto&& action) {
    try {
      action();
    } catch (const Error&) {
      local_error_ = std::current_exception();
    }
  };
  guarded([&] { with_caller([&] { file.begin(); }); });
  if (local_error_)
    stop_guestd();
  for (;;) {
    const auto chunk = decode<proto::Chunk>(await_message(), "file chunk");
    if (chunk.cancelled) {
      in_step_ = true;
      throw_local_error();
      if (chunk.data.empty())
        throw Error(Errc::Remote, "the appliance stopped sending the file", EIO);
      throw_remote(chunk.data);
    }
    const std::string_view bytes = contents(chunk);
    if (bytes.empty())
      break;
    note_movement();
    if (!local_error_) {
      guarded([&] { with_caller([&] { file.write(bytes); }); });
      if (local_error_)
        stop_guestd();
    }
    if (chunk.stored)
      count_taken();
  }
  in_step_ = true;
  if (!local_error_)
    guarded([&] { with_caller([&] { file.finish(); }); });
}

std::string_view Conversation::contents(const proto::Chunk& chunk) {
  if (!chunk.stored)
    return chunk.data;
  if (!disk_)
    throw_lost("a file chunk on a transfer disk, but there is none");
  return disk_->piece(*chunk.stored);
}

void Conversation::count_taken() {
  if (++slots_taken_ % proto::kSlotsPerTaken != 0)
    return;
  if (stream_.queued() >= kMaxQueuedTaken)
    throw_lost("the appliance sends a file, but does not read what is sent to it");
  stream_.queue(proto::frame(proto::kTakenFlag));
  stream_.flush();
}

std::optional<Incoming> Conversation::next_item() {
  check_grace();
  while (const auto item = stream_.next()) {
    if (item->kind == Incoming::Kind::Launch)
      throw_lost("unexpected launch word: the appliance has started again");
    if (item->kind == Incoming::Kind::Progress)
      show_progress(item->bytes);
    else if (item->kind == Incoming::Kind::Taken)
      note_taken();
    else
      return item;
  }
  return std::nullopt;
}

void Conversation::show_progress(std::string_view bytes) {
  const auto message = decode<proto::ProgressMessage>(bytes, "progress message");
  // A total of 0 only says that guestd is alive.
  if (message.serial != serial_ || message.total == 0)
    return;
  const bool is_all = message.position >= message.total;
  const auto now = base::Deadline::Clock::now();
  if (is_all ? shown_all_ : now - last_shown_ < kProgressInterval)
    return;
  shown_all_ = is_all;
  last_shown_ = now;
  observer_.progress({.procedure = call_.number,
                      .serial = serial_,
                      .position = std::min(message.position, message.total),
                      .total = message.total});
}

bool Conversation::look(int local_fd, const base::Deadline& deadline) {
  pollfd fds[] = {
      {stream_.fd(), static_cast<short>(stream_.queued() > 0 ? POLLIN | POLLOUT : POLLIN), 0},
      {cancelled_ ? -1 : cancel_fd_, POLLIN, 0},
      {local_fd, POLLIN, 0},
      {machine_ ? machine_->fd() : -1, POLLIN, 0},
  };
  if (base::poll_until(fds, deadline) == 0)
    return false;
  if (fds[1].revents)
    note_cancel();
  if (fds[0].revents & ~POLLOUT)
    stream_.receive();
  if (fds[3].revents)
    machine_->require_running();
  return fds[0].revents || fds[1].revents || fds[2].revents;
}

void Conversation::look() {
  look(-1, base::Deadline::after(std::chrono::milliseconds(0)));
}

void Conversation::flush() {
  const size_t queued = stream_.queued();
  stream_.flush();
  if (stream_.queued() < queued)
    note_movement();
}

void Conversation::wait(int local_fd) {
  flush();
  require_time_left();
  require_movement();
  const auto begin = base::Deadline::Clock::now();
  if (machine_)
    machine_->start_idle();
  for (;;) {
    auto until = base::Deadline::after(std::min(patience_.longest_silence, kLookInterval));
    if (grace_)
      until = until.min(*grace_);
    if (time_left_ && local_fd < 0)
      until = until.min(
          base::Deadline::after(std::max(*time_left_ - spent(), std::chrono::milliseconds(0))));
    if (look(local_fd, until))
      return;
    check_grace();
    require_life(begin);
    require_movement();
  }
}

std::chrono::milliseconds Conversation::spent() const {
  const auto until = with_caller_since_.value_or(base::Deadline::Clock::now());
  return std::chrono::ceil<std::chrono::milliseconds>(until - begin_ - with_caller_);
}

template <typename Action>
void Conversation::with_caller(const Action& action) {
  with_caller_since_ = base::Deadline::Clock::now();
  const base::ScopeExit count([&] {
    with_caller_ += base::Deadline::Clock::now() - *with_caller_since_;
    with_caller_since_.reset();
    note_movement();
  });
  action();
}

void Conversation::require_time_left() {
  if (time_left_ && spent() >= *time_left_)
    throw Error(Errc::Timeout, time_is_up_, ETIMEDOUT);
}

void Conversation::note_movement() {
  last_movement_ = base::Deadline::Clock::now();
  rests_ = false;
}

bool Conversation::moves_file() const {
  return sending_file_ || receiving_file_ || slots_sent_ - slots_taken_ >= proto::kSlotsPerTaken;
}

void Conversation::require_movement() {
  const auto now = base::Deadline::Clock::now();
  if (with_caller_since_ || now - last_look_ < kLookInterval / 4)
    return;
  last_look_ = now;
  const bool moves = moves_file();
  const auto limit = moves ? patience_.longest_standstill : patience_.longest_rest;
  const auto settle = std::min(kSettleTime, limit / 4);
  const auto still = now - last_movement_;
  if (still < settle)
    return;
  // Without a machine to look at, heartbeats and nothing else are rest.
  if (machine_ && !(moves && call_.copies)) {
    if (!rests_)
      machine_->start_rest();
    rests_ = true;
    if (machine_->rest() + settle < limit)
      return;
  }
  if (still < limit)
    return;
  throw Error(Errc::Timeout,
              base::cat(moves ? "no byte of the file was transferred for "
                              : "the appliance has not answered and was idle for ",
                        minutes_or_seconds(limit)),
              ETIMEDOUT);
}

void Conversation::require_life(base::Deadline::Clock::time_point begin) {
  require_time_left();
  const auto throw_timeout = [](const char* what, std::chrono::milliseconds time) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(time).count();
    throw Error(Errc::Timeout, base::cat("the appliance has not ", what, " for ", seconds, " s"),
                ETIMEDOUT);
  };
  const auto silence = base::Deadline::Clock::now() - begin;
  if (silence >= patience_.longest_silence)
    throw_timeout("answered", patience_.longest_silence);
  if (machine_ && silence >= patience_.longest_idle && machine_->idle() >= patience_.longest_idle)
    throw_timeout("answered or shown a sign of life", patience_.longest_idle);
}

void Conversation::check_grace() {
  if (!grace_ || !grace_->passed())
    return;
  throw_local_error();
  throw_cancelled();
}

void Conversation::note_cancel() {
  cancelled_ = true;
  stop_guestd();
}

// guestd gets a cancel word, or, while it takes a file, a cancel chunk (by send_file).
void Conversation::stop_guestd() {
  if (grace_)
    return;  // it knows
  if (!sending_file_)
    stream_.queue(proto::frame(proto::kCancelFlag));
  grace_ = base::Deadline::after(patience_.cancel_grace);
}

}  // namespace glovebox::calls
