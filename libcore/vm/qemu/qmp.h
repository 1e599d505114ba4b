// SPDX-License-Identifier: LGPL-2.1-or-later
//
// QMP client (QEMU's docs/interop/qmp-spec): commands and events as JSON lines over a connected
// socket. Commands may be sent ahead (`post`) and their replies collected in order (`expect`),
// which saves a round trip each. Owned and used by one thread at a time. qemu has met hostile disks
// by the time it answers, so lines and queues are bounded in bytes and replies are checked.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "base/deadline.h"
#include "base/unique_fd.h"

namespace glovebox::vm {

struct QmpEvent {
  std::string name;       // "MIGRATION"
  std::string data_json;  // its "data" object, "{}" if none
};

class Qmp {
 public:
  explicit Qmp(base::UniqueFd socket);

  // Queues a command; nothing is waited for. `arguments_json` is an object. `fd` >= 0 goes along
  // (SCM_RIGHTS): then wait for the reply before the next one, because qemu keeps only the
  // descriptors of the last read.
  void post(const std::string& command, const std::string& arguments_json = "{}", int fd = -1);

  // The oldest outstanding reply: its "return" value as JSON text. An error reply throws Remote
  // with qemu's words, a closed socket throws Died, the deadline throws Timeout.
  std::string expect(const base::Deadline& deadline);

  // post and expect, after collecting everything outstanding.
  std::string call(const std::string& command,
                   const std::string& arguments_json,
                   const base::Deadline& deadline,
                   int fd = -1);

  // Waits for the next event of this name; others met on the way stay queued for next_event.
  // Replies too.
  QmpEvent wait_event(const std::string& name, const base::Deadline& deadline);

  // Takes what has arrived, without waiting. Throws Died when qemu closed its end.
  void look();

  // Takes one event that has already arrived; false if there is none. Does not wait.
  bool next_event(QmpEvent& event);

  // Whether the last event that stopped or resumed the machine, of those that have arrived, stopped
  // it. These two never come from next_event and wait_event.
  bool stopped() const { return stopped_; }
  // How many bytes have arrived.
  uint64_t bytes() const { return bytes_; }

  int fd() const { return socket_.get(); }

 private:
  struct Reply {
    bool ok;
    std::string text;
  };
  void receive(const base::Deadline& deadline);
  void take_line(const std::string& line);
  void add_event(QmpEvent event);
  QmpEvent take_event(std::deque<QmpEvent>::iterator at);
  void add_reply(Reply reply);

  base::UniqueFd socket_;
  std::string buffer_;
  std::deque<Reply> replies_;
  std::deque<QmpEvent> events_;
  size_t reply_bytes_ = 0;  // of all in replies_ ...
  size_t event_bytes_ = 0;  // ... and in events_
  size_t outstanding_ = 0;
  bool stopped_ = false;
  uint64_t bytes_ = 0;
};

}  // namespace glovebox::vm
