// SPDX-License-Identifier: GPL-2.0-or-later
//
// Findings: what one plugin said in one call, and its form on the wire between the plugin's process
// and the engine. The decoder takes its input for foreign bytes, since a plugin that a guest
// subverted can write there what it likes: every length is checked, every count has a cap, all text
// is escaped again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/report/report.h"

namespace glovebox::inspect {

inline constexpr size_t kMaxFindingsBytes = 64 << 20;
inline constexpr size_t kMaxFindingString =
    64 << 10;  // as the plugin gives it; escaped it may be four times as long
inline constexpr size_t kMaxFindingMounts = 4096;
inline constexpr size_t kMaxFindingProblems = 1000;

// Values as in plugin.h.
enum class Role : uint32_t { None = 0, Root = 1, Usr = 2, Other = 3, SplitRoot = 4 };

// One entry of a guest's mount table, as the guest wrote it.
struct MountEntry {
  std::string spec;
  std::string mountpoint;
  std::string vfs_type = {};
  std::string options = {};
  bool operator==(const MountEntry&) const = default;
};

struct Findings {
  Role role = Role::None;
  uint32_t confidence = 0;
  std::map<std::string, std::string> strings = {};
  std::map<std::string, int32_t> integers = {};
  std::vector<MountEntry> mounts = {};
  std::vector<MountEntry> drive_mappings = {};  // spec, and the letter as mountpoint
  std::optional<std::vector<Application>> applications = {};
  std::string icon = {};
  std::vector<Problem> problems = {};
  int32_t result = 0;  // what the plugin's function returned
  bool operator==(const Findings&) const = default;
};

// Keys that set_string and set_int take.
bool is_string_key(std::string_view key);
bool is_integer_key(std::string_view key);

// Foreign text made fit for the report: valid UTF-8 without control characters, except newline and
// tab in a paragraph.
std::string clean(std::string_view text);
std::string clean_paragraph(std::string_view text);

std::string encode(const Findings& findings);
Findings decode_findings(std::string_view bytes);  // throws Corrupt

// Puts the fields into the members of the same names.
void apply_fields(const Findings& findings, OperatingSystem& os);

}  // namespace glovebox::inspect
