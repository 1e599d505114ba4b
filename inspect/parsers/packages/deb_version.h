// SPDX-License-Identifier: LGPL-2.1-or-later
//
// deb-version(7): [epoch:]upstream-version[-debian-revision]. The upstream version may itself hold
// a '-', so the revision begins after the last one. (libguestfs splits at the first.)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace glovebox::inspect {

struct DebVersion {
  int32_t epoch = 0;
  std::string version = {};
  std::string release = {};
  bool operator==(const DebVersion&) const = default;
};

// Any text has an answer; an epoch that is no number stays part of the version.
DebVersion split_deb_version(std::string_view text);

}  // namespace glovebox::inspect
