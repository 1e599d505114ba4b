// SPDX-License-Identifier: GPL-2.0-or-later
// fstab, crypttab and mdadm.conf, and what the engine makes of the entries.
#include <cstdint>

#include "inspect/engine/mount_table.h"
#include "inspect/parsers/unix/fstab.h"

using namespace glovebox::inspect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  parse_crypttab(text);
  parse_mdadm_conf(text);
  std::vector<MountEntry> entries;
  for (const FstabEntry& entry : parse_fstab(text).entries)
    entries.push_back({entry.spec, entry.mountpoint, entry.vfs_type, entry.options});
  const Disks disks{
      .volumes = {{.device = "/dev/sda1", .vfs_type = "ext4", .uuid = "1-2", .label = "a b"},
                  {.device = "/dev/vg0/root", .vfs_type = "xfs"},
                  {.device = "/dev/sdb1", .vfs_type = "btrfs", .uuid = "3-4"}},
      .drives = {"/dev/sda", "/dev/sdb"}};
  resolve_mounts(disks, entries, "/dev/sda1");
  return 0;
}
