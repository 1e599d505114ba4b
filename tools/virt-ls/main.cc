// SPDX-License-Identifier: GPL-2.0-or-later
//
// virt-ls: lists files of a guest.
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <iostream>

#include "base/cat.h"
#include "tools/common/cli/program.h"
#include "tools/common/cli/usage_error.h"
#include "tools/common/guest/guest.h"
#include "tools/virt-ls/list.h"

using namespace glovebox::tools;
using glovebox::Calls;

namespace {

const std::vector<std::string> kChecksums = {"crc",    "md5",    "sha1",  "sha224",
                                             "sha256", "sha384", "sha512"};

struct Options {
  GuestOptions guest;
  bool long_format = false;
  bool recursive = false;
  bool csv = false;
  bool json = false;
  Columns columns;
  std::string checksum;
};

std::function<void(std::optional<std::string>)> set_times(Options& options, Times times) {
  return [&options, times](const auto&) { options.columns.times = times; };
}

void set_checksum(Options& options, const std::optional<std::string>& type) {
  options.checksum = type.value_or("md5");
  options.columns.checksum = true;
  if (std::find(kChecksums.begin(), kChecksums.end(), options.checksum) == kChecksums.end())
    throw UsageError(glovebox::base::cat("--checksum=", options.checksum,
                                         ": unknown checksum type, expecting "
                                         "crc|md5|sha1|sha224|sha256|sha384|sha512"),
                     Then::Nothing);
}

std::vector<Option> ls_options(Options& o) {
  return {
      {.name = "checksum",
       .takes = Takes::OptionalArgument,
       .placeholder = "crc|md5|sha1|...",
       .help = "Show a checksum of each file, with -lR (default: md5)",
       .aliases = {"checksums"},
       .complete = Complete::Words,
       .words = kChecksums,
       .store = [&o](const auto& type) { set_checksum(o, type); }},
      {.name = "csv", .help = "Write comma-separated values, with -lR", .store = set_true(o.csv)},
      {.name = "extra-stats",
       .help = "Show device, inode, links, device numbers and blocks, with -lR",
       .aliases = {"extra-stat"},
       .store = set_true(o.columns.extra_stats)},
      {.name = "human-readable",
       .letter = 'h',
       .help = "Show sizes as 6.3K, 480M, with -lR",
       .store = set_true(o.columns.human)},
      {.name = "json", .help = "Write an array of JSON objects", .store = set_true(o.json)},
      {.name = "long",
       .letter = 'l',
       .help = "Show owner, mode, size and time",
       .store = set_true(o.long_format)},
      {.name = "recursive",
       .letter = 'R',
       .help = "List each directory recursively",
       .store = set_true(o.recursive)},
      {.name = "times",
       .help = "Show times as dates, with -lR",
       .aliases = {"time"},
       .store = set_times(o, Times::Date)},
      {.name = "time-days",
       .help = "Show times as days before now, with -lR",
       .store = set_times(o, Times::DaysAgo)},
      {.name = "time-relative",
       .help = "Show times as seconds before now, with -lR",
       .store = set_times(o, Times::SecondsAgo)},
      {.name = "time-t",
       .help = "Show times as seconds since 1970, with -lR",
       .store = set_times(o, Times::Seconds)},
      {.name = "uids",
       .help = "Show the numeric ids of user and group, with -lR",
       .aliases = {"uid"},
       .store = set_true(o.columns.uids)},
  };
}

void check_combination(const Options& o) {
  const bool only_in_long_tree = o.csv || o.columns.human || o.columns.uids ||
                                 o.columns.times != Times::None || o.columns.extra_stats ||
                                 o.columns.checksum;
  if (only_in_long_tree && !(o.long_format && o.recursive))
    throw UsageError("used a flag which can only be combined with -lR mode", Then::Nothing,
                     {"For more information, read the virt-ls(1) man page."});
  if (o.columns.human && o.csv)
    throw UsageError("you cannot use -h and --csv options together.", Then::Nothing);
  if (o.json && (o.csv || o.columns.human))
    throw UsageError(glovebox::base::cat("you cannot use ", o.csv ? "--csv" : "-h",
                                         " and --json options together."),
                     Then::Nothing);
}

ListOptions list_options(const Options& o) {
  ListOptions result{.columns = o.columns, .checksum = o.checksum};
  if (o.long_format)
    result.mode = o.recursive ? Mode::LongTree : Mode::Long;
  else if (o.recursive)
    result.mode = Mode::Tree;
  if (o.csv || o.json)
    result.form = o.csv ? Form::Csv : Form::Json;
  result.columns.now = time(nullptr);
  result.names = isatty(STDOUT_FILENO) == 1 ? Names::Escaped : Names::Exact;
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  Messages messages("virt-ls", std::cerr);
  Options options;
  Tool tool = {.name = "virt-ls",
               .summary = "list files of a virtual machine",
               .synopsis = {"[--options] -a DISK [-a DISK...] DIRECTORY...",
                            "[--options] -d GUEST DIRECTORY..."},
               .options = guest_options(options.guest, messages, Mounts::Yes)};
  append(tool.options, ls_options(options));
  return run_program(tool, messages, argc, argv, [&](std::vector<std::string> names, Output& out) {
    take_old_style_drives(options.guest, names, OldStyle::AllButTheLast);
    check_combination(options);
    require_settings_used(options.guest);
    if (names.empty())
      throw UsageError("", Then::TryHelp);
    require_drives(options.guest);

    return read_guest(options.guest, tool.name, messages, [&](Calls& guest) {
      return list_directories(guest, names, list_options(options), out, messages);
    });
  });
}
