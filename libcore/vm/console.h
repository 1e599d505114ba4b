// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The appliance's serial console: what its kernel and guestd print. Kept only as a bounded tail,
// for messages when the appliance dies and for verbose handles. The bytes are foreign: escape them
// before they reach a terminal.
#pragma once

#include <functional>
#include <string>

#include "base/unique_fd.h"

namespace glovebox::vm {

class Console {
 public:
  using LineCallback = std::function<void(const std::string& line)>;

  // `on_line` gets each complete line, escaped; it may be empty.
  explicit Console(base::UniqueFd socket = base::UniqueFd(), LineCallback on_line = {});

  // Takes what has arrived; never waits.
  void drain();

  // The last lines (escaped, at most `count`), newest last.
  std::string tail(size_t count) const;

 private:
  base::UniqueFd socket_;
  LineCallback on_line_;
  std::string partial_;
  std::string kept_;
};

}  // namespace glovebox::vm
