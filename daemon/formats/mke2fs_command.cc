// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/mke2fs_command.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "base/arguments.h"
#include "base/cat.h"
#include "daemon/formats/refuse.h"

namespace glovebox::guestd {
namespace {

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
  base::Arguments words{"mke2fs", "-F"};
  words.add_option("-b", at_least(0, options.blocksize, "blocksize"));
  if (options.fragsize)
    refuse("fragsize: these file systems have no fragments any more");
  words.add_option("-g", at_least(0, options.blockspergroup, "blockspergroup"));
  words.add_option("-G", at_least(0, options.numberofgroups, "numberofgroups"));
  words.add_option("-i", at_least(0, options.bytesperinode, "bytesperinode"));
  words.add_option("-I", at_least(0, options.inodesize, "inodesize"));
  words.add_option("-N", at_least(0, options.numberofinodes, "numberofinodes"));
  words.add_option("-m", at_least(0, options.reservedblockspercentage, "reservedblockspercentage"));
  if (options.journaldevice)
    words.add("-J", "device=" + *options.journaldevice);
  if (options.journalsize)
    words.add("-J", base::cat("size=", *options.journalsize));
  words.add_option("-L", options.label);
  words.add_option("-M", options.lastmounteddir);
  words.add_option("-o", options.creatoros);
  words.add_option("-t", options.fstype);
  words.add_option("-T", options.usagetype);
  words.add_option("-U", options.uuid);
  words.add_if(options.writesbandgrouponly, "-S");
  if (const std::string list = extended(options); !list.empty())
    words.add("-E", list);
  if (const std::string list = features(options); !list.empty())
    words.add("-O", list);
  words.add(device);
  if (at_least(0, options.blockscount, "blockscount"))
    words.add(std::to_string(*options.blockscount));
  return words;
}

std::vector<std::string> tune2fs_options(const Tune2fsOptions& options) {
  base::Arguments words;
  words.add_if(options.force, "-f");
  if (options.maxmountcount)
    words.add("-c", options.maxmountcount == 0 ? "-1" : std::to_string(*options.maxmountcount));
  words.add_option("-C", at_least(0, options.mountcount, "mountcount"));
  if (options.errorbehavior) {
    const std::string& what = *options.errorbehavior;
    if (what != "continue" && what != "remount-ro" && what != "panic")
      refuse(base::cat("invalid errorbehavior parameter: ", base::escape(what)));
    words.add("-e", what);
  }
  words.add_option("-g", at_least(0, options.group, "group"));
  if (at_least(0, options.intervalbetweenchecks, "intervalbetweenchecks"))
    words.add("-i", options.intervalbetweenchecks > 0
                        ? base::cat(*options.intervalbetweenchecks, "s")
                        : "0");
  words.add_option("-m", at_least(0, options.reservedblockspercentage, "reservedblockspercentage"));
  words.add_option("-M", options.lastmounteddirectory);
  words.add_option("-r", at_least(0, options.reservedblockscount, "reservedblockscount"));
  words.add_option("-u", at_least(0, options.user, "user"));
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
