// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/qemu/qmp.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::vm {
namespace {

using base::Deadline;
using nlohmann::json;

// The longest answer that a good qemu gives is the statistics of 255 drives.
constexpr size_t kMaxLine = 4 << 20;
constexpr size_t kMaxQueuedEvents = 4096;
constexpr size_t kMaxEventBytes = 1 << 20;   // of all that are queued
constexpr size_t kMaxReplyBytes = 16 << 20;  // likewise
constexpr size_t kMaxErrorText = 4096;
// What a reply or an event takes beside its text.
constexpr size_t kOverhead = 128;
constexpr int kMaxDepth = 64;  // of a message; writing JSON takes stack for each level

void send_all(int socket, std::string_view bytes, int fd) {
  while (!bytes.empty()) {
    const ssize_t n = base::send_with_fd(socket, bytes, fd);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      throw Error(Errc::Died, "qemu closed its control socket", errno);
    bytes.remove_prefix(static_cast<size_t>(n));
    fd = -1;  // it went with the first byte
  }
}

size_t size_of(const QmpEvent& event) {
  return event.name.size() + event.data_json.size() + kOverhead;
}

json parse_line(const std::string& line) {
  const auto limit_depth = [](int depth, json::parse_event_t, json&) {
    if (depth > kMaxDepth)
      throw Error(Errc::Corrupt, base::cat("qemu's control socket: JSON nested deeper than ",
                                           kMaxDepth, " levels"));
    return true;
  };
  json message = json::parse(line, limit_depth, false);
  if (!message.is_object())
    throw Error(Errc::Corrupt,
                "qemu's control socket: not a JSON object: " + base::escape(line.substr(0, 200)));
  return message;
}

}  // namespace

Qmp::Qmp(base::UniqueFd socket) : socket_(std::move(socket)) {
  // A qemu that does not read its commands is an error, not a hang.
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  if (setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0)
    base::throw_errno("SO_SNDTIMEO");
  post("qmp_capabilities");
}

void Qmp::post(const std::string& command, const std::string& arguments_json, int fd) {
  const std::string line =
      base::cat(R"({"execute":")", command, R"(","arguments":)", arguments_json, "}\n");
  send_all(socket_.get(), line, fd);
  ++outstanding_;
}

void Qmp::take_line(const std::string& line) {
  const json message = parse_line(line);
  if (message.contains("event") && message["event"].is_string()) {
    if (const bool stop = message["event"] == "STOP"; stop || message["event"] == "RESUME") {
      stopped_ = stop;
      return;
    }
    add_event({message["event"], message.contains("data") ? message["data"].dump() : "{}"});
  } else if (message.contains("return")) {
    add_reply({true, message["return"].dump()});
  } else if (message.contains("error")) {
    const json& error = message["error"];
    const bool has_text = error.is_object() && error.contains("desc") && error["desc"].is_string();
    add_reply({false, has_text ? error["desc"].get<std::string>().substr(0, kMaxErrorText)
                               : "unknown error"});
  }
  // Anything else is the greeting.
}

// The oldest events give way to a new one, which is dropped itself if it is too long.
void Qmp::add_event(QmpEvent event) {
  const size_t size = size_of(event);
  if (size > kMaxEventBytes)
    return;
  while (events_.size() >= kMaxQueuedEvents || event_bytes_ + size > kMaxEventBytes)
    take_event(events_.begin());
  event_bytes_ += size;
  events_.push_back(std::move(event));
}

QmpEvent Qmp::take_event(std::deque<QmpEvent>::iterator at) {
  QmpEvent event = std::move(*at);
  events_.erase(at);
  event_bytes_ -= size_of(event);
  return event;
}

void Qmp::add_reply(Reply reply) {
  reply_bytes_ += reply.text.size() + kOverhead;
  if (reply_bytes_ > kMaxReplyBytes)
    throw Error(Errc::Corrupt, base::cat("qemu's control socket: more than ", kMaxReplyBytes >> 20,
                                         " MiB of unsolicited replies"));
  replies_.push_back(std::move(reply));
}

void Qmp::receive(const Deadline& deadline) {
  if (!base::wait_for(socket_.get(), POLLIN, deadline))
    throw Error(Errc::Timeout, "qemu did not answer on its control socket in time");
  char bytes[65536];
  const ssize_t n = read(socket_.get(), bytes, sizeof bytes);
  if (n < 0 && errno == EINTR)
    return;
  if (n <= 0)
    throw Error(Errc::Died, "qemu closed its control socket");
  bytes_ += static_cast<uint64_t>(n);
  buffer_.append(bytes, static_cast<size_t>(n));
  size_t begin = 0;
  for (size_t end; (end = buffer_.find('\n', begin)) != std::string::npos; begin = end + 1)
    if (end > begin)
      take_line(buffer_.substr(begin, end - begin));
  buffer_.erase(0, begin);
  if (buffer_.size() > kMaxLine)
    throw Error(Errc::Corrupt, "qemu's control socket: a line longer than 4 MiB");
}

std::string Qmp::expect(const Deadline& deadline) {
  while (replies_.empty()) receive(deadline);
  Reply reply = std::move(replies_.front());
  replies_.pop_front();
  reply_bytes_ -= reply.text.size() + kOverhead;
  --outstanding_;
  if (!reply.ok)
    throw Error(Errc::Remote, "qemu: " + base::escape(reply.text));
  return reply.text;
}

std::string Qmp::call(const std::string& command,
                      const std::string& arguments_json,
                      const Deadline& deadline,
                      int fd) {
  while (outstanding_ > 0) expect(deadline);
  post(command, arguments_json, fd);
  return expect(deadline);
}

QmpEvent Qmp::wait_event(const std::string& name, const Deadline& deadline) {
  for (;;) {
    // All of them each time: a full queue drops its oldest, and then every event has a new place.
    const auto found = std::ranges::find(events_, name, &QmpEvent::name);
    if (found != events_.end())
      return take_event(found);
    receive(deadline);
  }
}

void Qmp::look() {
  constexpr int kMostReads = 100;  // a qemu that never stops talking must not keep us here
  const auto now = Deadline::after(std::chrono::milliseconds(0));
  for (int reads = 0; reads < kMostReads && base::wait_for(socket_.get(), POLLIN, now); ++reads)
    receive(Deadline::after(std::chrono::milliseconds(0)));
}

bool Qmp::next_event(QmpEvent& event) {
  look();
  if (events_.empty())
    return false;
  event = take_event(events_.begin());
  return true;
}

}  // namespace glovebox::vm
