// SPDX-License-Identifier: GPL-2.0-or-later
//
// What makes a clone another machine than its siblings: the time, and random bytes of its own. Two
// clones without them would make the same UUIDs and the same keys.
#pragma once

#include <cstdint>
#include <string_view>

namespace glovebox::guestd {

inline constexpr size_t kEntropyBytes = 64;

// Sets the clock to nanoseconds since 1970. Throws System.
void set_clock(int64_t time_ns);

// Credits the bytes to the kernel's random generator and has it use them at once. Throws Usage
// unless there are kEntropyBytes, System if the kernel refuses.
void add_entropy(std::string_view bytes);

}  // namespace glovebox::guestd
