// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/mke2fs_command.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "base/cat.h"
#include "daemon/formats/refuse.h"

namespace glovebox::guestd {
namespace {

using Words = std::vector<std::string>;

// "-b 4096", for a number that has to be positive.
void add_number(Words& words,
                const char* option,
                const std::optional<int64_t>& value,
                const char* name) {
  if (!value)
    return;
  if (*value < 0)
    refuse(base::cat(name, " must be >= 0"));
  words.insert(words.end(), {option, std::to_string(*value)});
}

void add_text(Words& words, const char* option, const std::optional<std::string>& value) {
  if (value)
    words.insert(words.end(), {option, *value});
}

void append(std::string& list, const std::string& item) {
  list += (list.empty() ? "" : ",") + item;
}

// What goes after -E.
std::string extended(const Mke2fsOptions& options) {
  std::string list;
  const auto number = [&](const std::optional<int64_t>& value, const char* name,
                          const char* argument) {
    if (!value)
      return;
    if (*value < 0)
      refuse(base::cat(argument, " must be >= 0"));
    append(list, base::cat(name, "=", *value));
  };
  const auto flag = [&](const std::optional<bool>& value, const char* name) {
    if (value)
      append(list, base::cat(name, "=", *value ? 1 : 0));
  };
  number(options.stridesize, "stride", "stridesize");
  number(options.stripewidth, "stripe_width", "stripewidth");
  number(options.maxonlineresize, "resize", "maxonlineresize");
  number(options.mmpupdateinterval, "mmp_update_interval", "mmpupdateinterval");
  flag(options.lazyitableinit, "lazy_itable_init");
  flag(options.lazyjournalinit, "lazy_journal_init");
  if (options.testfs.value_or(false))
    append(list, "test_fs");
  if (options.discard)
    append(list, *options.discard ? "discard" : "nodiscard");
  number(options.quotatype, "quotatype", "quotatype");
  return list;
}

// What goes after -O: a feature, or "^" and a feature.
std::string features(const Mke2fsOptions& options) {
  std::string list;
  for (const auto& [value, name] :
       std::initializer_list<std::pair<std::optional<bool>, const char*>>{
           {options.extent, "extent"},
           {options.filetype, "filetype"},
           {options.flexbg, "flex_bg"},
           {options.hasjournal, "has_journal"},
           {options.journaldev, "journal_dev"},
           {options.largefile, "large_file"},
           {options.quota, "quota"},
           {options.resizeinode, "resize_inode"},
           {options.sparsesuper, "sparse_super"},
           {options.uninitbg, "uninit_bg"}})
    if (value)
      append(list, base::cat(*value ? "" : "^", name));
  return list;
}

}  // namespace

std::vector<std::string> mke2fs_command(const std::string& device, const Mke2fsOptions& options) {
  static constexpr std::string_view kTypes[] = {"ext2", "ext3", "ext4", "ext4dev"};
  if (options.fstype &&
      std::find(std::begin(kTypes), std::end(kTypes), *options.fstype) == std::end(kTypes))
    refuse(base::cat(base::escape(*options.fstype), ": not a valid extended filesystem type"));
  Words words = {"mke2fs", "-F"};
  add_number(words, "-b", options.blocksize, "blocksize");
  if (options.fragsize)
    refuse("fragsize: these file systems have no fragments any more");
  add_number(words, "-g", options.blockspergroup, "blockspergroup");
  add_number(words, "-G", options.numberofgroups, "numberofgroups");
  add_number(words, "-i", options.bytesperinode, "bytesperinode");
  add_number(words, "-I", options.inodesize, "inodesize");
  add_number(words, "-N", options.numberofinodes, "numberofinodes");
  add_number(words, "-m", options.reservedblockspercentage, "reservedblockspercentage");
  if (options.journaldevice)
    words.insert(words.end(), {"-J", "device=" + *options.journaldevice});
  if (options.journalsize)
    words.insert(words.end(), {"-J", base::cat("size=", *options.journalsize)});
  add_text(words, "-L", options.label);
  add_text(words, "-M", options.lastmounteddir);
  add_text(words, "-o", options.creatoros);
  add_text(words, "-t", options.fstype);
  add_text(words, "-T", options.usagetype);
  add_text(words, "-U", options.uuid);
  if (options.writesbandgrouponly.value_or(false))
    words.push_back("-S");
  if (const std::string list = extended(options); !list.empty())
    words.insert(words.end(), {"-E", list});
  if (const std::string list = features(options); !list.empty())
    words.insert(words.end(), {"-O", list});
  words.push_back(device);
  if (options.blockscount) {
    if (*options.blockscount < 0)
      refuse("blockscount must be >= 0");
    words.push_back(std::to_string(*options.blockscount));
  }
  return words;
}

std::vector<std::string> tune2fs_options(const Tune2fsOptions& options) {
  Words words;
  if (options.force.value_or(false))
    words.push_back("-f");
  if (options.maxmountcount)
    words.insert(
        words.end(),
        {"-c", options.maxmountcount == 0 ? "-1" : std::to_string(*options.maxmountcount)});
  add_number(words, "-C", options.mountcount, "mountcount");
  if (options.errorbehavior) {
    const std::string& what = *options.errorbehavior;
    if (what != "continue" && what != "remount-ro" && what != "panic")
      refuse(base::cat("invalid errorbehavior parameter: ", base::escape(what)));
    words.insert(words.end(), {"-e", what});
  }
  add_number(words, "-g", options.group, "group");
  if (options.intervalbetweenchecks) {
    if (*options.intervalbetweenchecks < 0)
      refuse("intervalbetweenchecks must be >= 0");
    words.insert(words.end(), {"-i", options.intervalbetweenchecks > 0
                                         ? base::cat(*options.intervalbetweenchecks, "s")
                                         : "0"});
  }
  add_number(words, "-m", options.reservedblockspercentage, "reservedblockspercentage");
  add_text(words, "-M", options.lastmounteddirectory);
  add_number(words, "-r", options.reservedblockscount, "reservedblockscount");
  add_number(words, "-u", options.user, "user");
  return words;
}

std::vector<std::pair<std::string, std::string>> parse_tune2fs_list(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const std::string& line : base::split(text, '\n')) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos)
      continue;  // the program's own name and version
    std::string value(base::trim(std::string_view(line).substr(colon + 1)));
    if (value == "<none>" || value == "<not available>" || value == "(none)")
      value.clear();
    result.push_back({line.substr(0, colon), value});
  }
  return result;
}

}  // namespace glovebox::guestd
