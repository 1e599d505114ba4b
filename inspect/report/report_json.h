// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The report as JSON: what the appliance sends and the host reads back. to_json writes the members
// of the public document that inspection knows ("operatingsystems" and "problems"); the host adds
// "glovebox" and "source" when it prints. from_json treats the text as foreign bytes: a wrong type,
// an unknown or missing member, bad UTF-8, too much of anything throws Error(Corrupt) that names
// the path of the member ("operatingsystems[0].applications[7].epoch").
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "inspect/report/report.h"

namespace glovebox::inspect {

inline constexpr size_t kMaxReportBytes = 256 << 20;
inline constexpr int kMaxReportDepth = 8;
inline constexpr size_t kMaxSystems = 1024;
inline constexpr size_t kMaxListEntries =
    65536;  // mount points, file systems, drive mappings, problems
inline constexpr size_t kMaxApplications = 1 << 20;
inline constexpr size_t kMaxReportString = 1 << 20;
inline constexpr size_t kMaxIconBytes =
    4 << 20;  // 4 * 1024 * 1024: the largest picture a plugin may hand over

std::string to_json(const Report& report);
Report from_json(std::string_view text);

}  // namespace glovebox::inspect
