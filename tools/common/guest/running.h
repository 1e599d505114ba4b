// SPDX-License-Identifier: GPL-2.0-or-later
//
// Looking at the disks of a running guest. They change while they are read, through a throw-away
// layer that keeps what was read before: half of a directory may be of now and the other half of a
// moment ago, and a journal may refer to what is not there yet. What looks damaged then is mostly
// whole in the next moment. So whoever meets damage looks again, in a new clone with a fresh layer;
// after kTries it reads past the damage and says so.
#pragma once

#include <functional>

namespace glovebox::tools {

inline constexpr int kTries = 3;
inline constexpr const char* kInUse =
    "another process is writing to this disk, and three inspections found damage";

// What to do about damage.
enum class Damage {
  Tell,      // nobody writes to the disk: it stays like that
  Throw,     // it may be gone in the next try: throw Error (Remote or Corrupt), say nothing
  ReadPast,  // the last try: mount without replaying journals, and say so
};

// Calls `look` until it does not throw Remote or Corrupt, `start_anew` before each further try;
// what the last try throws goes out.
void look_at_running(const std::function<void(Damage)>& look,
                     const std::function<void()>& start_anew);

}  // namespace glovebox::tools
