// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Times as text, and text as times. Pure but for the clock; any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace glovebox::base {

// The time of day now, by RFC 3339, in UTC, in whole seconds: "2026-11-30T20:15:00Z".
std::string now_rfc3339();

// A time limit as users give it: a number of seconds, of nine digits at most; 0, and "none", which
// is 0, for no limit. Absent if it is something else.
std::optional<std::chrono::seconds> parse_time_limit(std::string_view text);

}  // namespace glovebox::base
