// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What glovebox.conf(5) says of image formats: lines `DIRECTORY = FORMAT`. A rule is the word of
// the administrator, or of the user whose file it is, for every image in or below its directory,
// and counts as much as --format does for one image. Parsing is pure; values, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "disk/formats/format.h"

namespace glovebox::disk {

inline constexpr size_t kMaxFormatRules = 1000;  // of one file

struct FormatRule {
  std::string directory;  // absolute
  Format format = Format::Raw;
  std::string origin;  // "/etc/glovebox.conf:3", for messages
  bool operator==(const FormatRule&) const = default;
};

// The rules of a configuration file's text, in its order. Empty lines are allowed; '#' at the
// beginning of a line or after white space begins a comment. Throws Usage "FILE:LINE: reason" for a
// line that is none, a relative directory, a format that is not raw or qcow2, and past
// kMaxFormatRules.
std::vector<FormatRule> parse_format_rules(std::string_view text, const std::string& file);

class FormatRules {
 public:
  FormatRules() = default;
  // Links in the rules' directories are resolved, now; a rule whose directory cannot be found has
  // no image in it and is left out. Throws Usage for one whose directory is a file.
  explicit FormatRules(std::vector<FormatRule> rules);

  // The rule with the longest directory that `real_path`, which is absolute and free of links, lies
  // in or below; of rules for the same directory, the last one. NULL if there is none; valid as
  // long as this object.
  const FormatRule* find(std::string_view real_path) const;

  // A configuration file that is there and does not count, and why; empty if there is none.
  const std::string& ignored() const { return ignored_; }
  void set_ignored(std::string what) { ignored_ = std::move(what); }

 private:
  std::vector<FormatRule> rules_;  // with directories free of links
  std::string ignored_;
};

}  // namespace glovebox::disk
