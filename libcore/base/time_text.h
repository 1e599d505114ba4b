// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Points in time as text. Pure but for the clock; any thread.
#pragma once

#include <string>

namespace glovebox::base {

// The time of day now, by RFC 3339, in UTC, in whole seconds: "2026-11-30T20:15:00Z".
std::string now_rfc3339();

}  // namespace glovebox::base
