// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/btrfs_progs.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <sstream>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::guestd {
namespace {

[[noreturn]] void throw_unexpected(std::string_view line) {
  throw Error(Errc::Corrupt, base::cat("unexpected output of btrfs: ", base::escape(line)), EPROTO);
}

uint64_t number(std::string_view text, std::string_view line) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data())
    throw_unexpected(line);
  return value;
}

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream in{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// What follows `label` in the line; empty if it is not there.
std::string_view after(std::string_view line, std::string_view label) {
  const size_t at = line.find(label);
  return at == std::string_view::npos ? std::string_view() : line.substr(at + label.size());
}

}  // namespace

// "ID 256 gen 7 top level 5 path home/user"
std::vector<Btrfssubvolume> parse_subvolume_list(std::string_view text) {
  std::vector<Btrfssubvolume> result;
  for (const std::string& line : base::split(text, '\n')) {
    if (line.empty())
      continue;
    const std::string_view path = after(line, " path ");
    if (!line.starts_with("ID ") || path.empty())
      throw_unexpected(line);
    result.push_back({.btrfssubvolume_id = number(std::string_view(line).substr(3), line),
                      .btrfssubvolume_top_level_id = number(after(line, " top level "), line),
                      .btrfssubvolume_path = std::string(path)});
  }
  return result;
}

// The path, then "\tName: \t\t\tone" and so on. Snapshots stand below "\tSnapshot(s):", a path each
// behind four tabs; what a quota group limits and uses stands below it, two spaces further in.
std::vector<std::pair<std::string, std::string>> parse_subvolume_show(std::string_view text) {
  constexpr std::string_view kSnapshotIndent = "\t\t\t\t";
  const std::vector<std::string> lines = base::split(text, '\n');
  std::vector<std::pair<std::string, std::string>> result = {{"path", lines.front()}};
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    if (line.empty())
      continue;
    if (line.starts_with(kSnapshotIndent) && result.back().first == "Snapshot(s)") {
      std::string& snapshots = result.back().second;
      snapshots += base::cat(snapshots.empty() ? "" : ",", line.substr(kSnapshotIndent.size()));
      continue;
    }
    const size_t colon = line.find(':');
    if (!line.starts_with('\t') || colon == std::string_view::npos)
      throw_unexpected(line);
    const std::string_view name = base::trim(line.substr(0, colon));
    const std::string_view value = base::trim(line.substr(colon + 1));
    result.emplace_back(name, value == "-" && name != "Name" ? "" : value);
  }
  return result;
}

int64_t parse_default_subvolume(std::string_view text) {
  const std::string_view id = after(text, "ID ");
  if (id.empty())
    throw_unexpected(text);
  return static_cast<int64_t>(number(id, text));
}

// Two lines of heading, then "0/5  16384  16384 <path>" with any number of columns after these.
std::vector<Btrfsqgroup> parse_qgroup_show(std::string_view text) {
  std::vector<Btrfsqgroup> result;
  for (const std::string& line : base::split(text, '\n')) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 3 || !isdigit(static_cast<unsigned char>(words[0][0])))
      continue;
    result.push_back({.btrfsqgroup_id = words[0],
                      .btrfsqgroup_rfer = number(words[1], line),
                      .btrfsqgroup_excl = number(words[2], line)});
  }
  return result;
}

// "Balance on '/' is running", "3 out of about 8 chunks balanced (4 considered),  62% left".
Btrfsbalance parse_balance_status(std::string_view text) {
  if (text.starts_with("No balance found"))
    return {.btrfsbalance_status = "none"};
  const std::vector<std::string> lines = base::split(text, '\n');
  const std::vector<std::string> words = words_of(lines.front());
  if (lines.size() < 2 || words.size() < 2)
    throw_unexpected(text);
  std::string status = words.back();
  if (status == "requested")  // "is running, cancel requested"
    status = base::trim(words[words.size() - 3] + " " + words[words.size() - 2]);
  status.erase(std::remove(status.begin(), status.end(), ','), status.end());
  const std::string_view line = lines[1];
  return {.btrfsbalance_status = status,
          .btrfsbalance_total = number(after(line, "out of about "), line),
          .btrfsbalance_balanced = number(line, line),
          .btrfsbalance_considered = number(after(line, "("), line),
          .btrfsbalance_left = number(base::trim(after(line, "),")), line)};
}

// "\tdata_extents_scrubbed: 7", a line each.
Btrfsscrub parse_scrub_status(std::string_view text) {
  const auto field = [&](std::string_view name) -> uint64_t {
    const std::string_view value = base::trim(after(text, base::cat("\t", name, ":")));
    return value.empty() ? 0 : number(value, name);
  };
  return {.btrfsscrub_data_extents_scrubbed = field("data_extents_scrubbed"),
          .btrfsscrub_tree_extents_scrubbed = field("tree_extents_scrubbed"),
          .btrfsscrub_data_bytes_scrubbed = field("data_bytes_scrubbed"),
          .btrfsscrub_tree_bytes_scrubbed = field("tree_bytes_scrubbed"),
          .btrfsscrub_read_errors = field("read_errors"),
          .btrfsscrub_csum_errors = field("csum_errors"),
          .btrfsscrub_verify_errors = field("verify_errors"),
          .btrfsscrub_no_csum = field("no_csum"),
          .btrfsscrub_csum_discards = field("csum_discards"),
          .btrfsscrub_super_errors = field("super_errors"),
          .btrfsscrub_malloc_errors = field("malloc_errors"),
          .btrfsscrub_uncorrectable_errors = field("uncorrectable_errors"),
          .btrfsscrub_unverified_errors = field("unverified_errors"),
          .btrfsscrub_corrected_errors = field("corrected_errors"),
          .btrfsscrub_last_physical = field("last_physical")};
}

// "\tdevid    1 size 200.00MiB used 28.00MiB path /dev/sda"
std::vector<std::string> parse_filesystem_show(std::string_view text, bool& some_missing) {
  std::vector<std::string> devices;
  some_missing = text.find("*** Some devices missing") != std::string_view::npos;
  for (const std::string& line : base::split(text, '\n'))
    if (line.find("devid") != std::string::npos)
      devices.emplace_back(base::trim(after(line, " path ")));
  return devices;
}

}  // namespace glovebox::guestd
