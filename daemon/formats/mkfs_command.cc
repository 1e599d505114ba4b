// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/mkfs_command.h"

#include <algorithm>
#include <cerrno>

#include "base/arguments.h"
#include "base/cat.h"
#include "base/error.h"
#include "daemon/formats/refuse.h"

namespace glovebox::guestd {
namespace {

struct Maker {
  std::string_view fstype;
  std::vector<std::string> always;  // make it whatever is there, do not ask, do not test the disk
  std::string label_option;
};

const Maker& maker_of(const std::string& fstype) {
  static const Maker makers[] = {
      {"ext2", {"-F"}, "-L"},       {"ext3", {"-F"}, "-L"},  {"ext4", {"-F"}, "-L"},
      {"xfs", {"-f"}, "-L"},        {"btrfs", {"-f"}, "-L"}, {"f2fs", {"-f"}, "-l"},
      {"ntfs", {"-Q", "-F"}, "-L"}, {"jfs", {"-q"}, "-L"},   {"reiserfs", {"-q", "-ff"}, "-l"},
      {"nilfs2", {"-f"}, "-L"},     {"vfat", {"-I"}, "-n"},  {"fat", {"-I"}, "-n"},
      {"msdos", {"-I"}, "-n"},      {"hfsplus", {}, "-v"},   {"exfat", {}, "-L"},
  };
  static const Maker other = {"", {}, "-L"};
  const auto found = std::find_if(std::begin(makers), std::end(makers),
                                  [&](const Maker& maker) { return maker.fstype == fstype; });
  return found == std::end(makers) ? other : *found;
}

bool is_one_of(const std::string& fstype, std::initializer_list<std::string_view> types) {
  return std::find(types.begin(), types.end(), fstype) != types.end();
}

std::vector<std::string> block_size(const std::string& fstype, int32_t bytes, int32_t sector) {
  if (bytes <= 0 || (bytes & (bytes - 1)) != 0)
    refuse(base::cat("a block size of ", bytes, " is not a power of 2"));
  if (is_one_of(fstype, {"vfat", "fat", "msdos"})) {
    const int32_t sectors = bytes / sector;
    if (sectors < 1 || sectors > 128)
      refuse(base::cat("a cluster of ", bytes, " bytes is not 1 to 128 sectors of ", sector));
    return {"-s", std::to_string(sectors)};
  }
  if (fstype == "btrfs")
    refuse("the block size of btrfs cannot be chosen");
  if (fstype == "ntfs" || fstype == "exfat")
    return {"-c", std::to_string(bytes)};
  if (fstype == "xfs")
    return {"-b", base::cat("size=", bytes)};
  return {"-b", std::to_string(bytes)};
}

}  // namespace

std::vector<std::string> mkfs_command(const std::string& fstype,
                                      const std::string& device,
                                      int32_t device_sector_bytes,
                                      const MkfsOptions& options) {
  const auto in_a_word = [](unsigned char c) { return isalnum(c) || c == '+' || c == '_'; };
  if (fstype.empty() || !std::all_of(fstype.begin(), fstype.end(), in_a_word))
    refuse(base::cat("'", base::escape(fstype), "' is not a type of file system"));
  const Maker& maker = maker_of(fstype);
  const bool is_ext = is_one_of(fstype, {"ext2", "ext3", "ext4"});
  base::Arguments command{"mkfs." + fstype};
  command.add_all(maker.always);
  if (options.blocksize)
    command.add_all(block_size(fstype, *options.blocksize, device_sector_bytes));
  command.add_option("-O", options.features);
  if (options.inode && !is_ext)
    refuse("only ext2, ext3 and ext4 have a size of inodes to choose");
  if (options.inode && *options.inode <= 0)
    refuse(base::cat("an inode of ", *options.inode, " bytes is too small"));
  command.add_option("-I", options.inode);
  if (options.sectorsize)
    refuse("only UFS has a size of sectors to choose");
  command.add_option(maker.label_option.c_str(), options.label);
  return command.add(device);  // after "--" mkfs.ntfs would not see it
}

}  // namespace glovebox::guestd
