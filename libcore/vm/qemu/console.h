// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a machine prints: its serial console (firmware, kernel and guestd) and qemu's stderr. A
// thread of its own reads both all the time, because a machine whose console nobody reads stands
// still. Only a bounded tail is kept, for messages when the appliance dies and for verbose handles.
// The bytes are foreign: every line is escaped.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/deadline.h"
#include "base/unique_fd.h"

namespace glovebox::vm {

class Console {
 public:
  using LineCallback = std::function<void(const std::string& line)>;

  // A console that nothing is printed on.
  Console();
  // `on_line` gets each complete line, in the thread that calls drain(); it may be empty. Throws
  // System if there can be no thread.
  Console(base::UniqueFd serial, base::UniqueFd errors, LineCallback on_line);
  Console(Console&&) noexcept;
  Console& operator=(Console&&) noexcept;
  ~Console();  // ends the thread

  // Hands the lines that have arrived to the callback; never waits.
  void drain();

  // Waits until nothing more can come, or the deadline has passed.
  void wait_end(const base::Deadline& deadline) const;

  // How many bytes have come: more of them are a sign of life.
  uint64_t bytes() const;

  // "; the appliance's last words: LINE / LINE; qemu's last words: LINE" for the end of a message, in
  // the order in which they came; empty if nothing did.
  // Without the firmware's banners and qemu's dumps of registers, which only the callback gets.
  std::string last_words() const;

 private:
  struct Reader;
  std::unique_ptr<Reader> reader_;
  LineCallback on_line_;
};

}  // namespace glovebox::vm
