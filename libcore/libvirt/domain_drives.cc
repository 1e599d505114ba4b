// SPDX-License-Identifier: LGPL-2.1-or-later
#include "libvirt/domain_drives.h"

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::libvirt {
namespace {

using base::cat;

std::string path_of(const DomainDisk& disk, const FindVolume& find_volume) {
  switch (disk.source) {
    case DomainDisk::Source::File:
    case DomainDisk::Source::Block:
      return disk.path;
    case DomainDisk::Source::Volume:
      return find_volume(disk.pool, disk.volume);
    case DomainDisk::Source::Other:
      break;
  }
  throw Error(Errc::Unsupported,
              cat("this is a ", base::escape(disk.other),
                  ", which is not supported yet; files, block devices and volumes are"));
}

bool is_readonly(const DomainDisk& disk, const std::string& path, const DomainAccess& access) {
  if (!disk.readonly || access.readonly)
    return access.readonly;
  if (access.readonly_disk == ReadonlyDisk::Error)
    throw Error(Errc::Denied, cat(base::escape(path),
                                  ": the domain may only read this disk (<readonly/>), and "
                                  "readonlydisk is \"error\""));
  return access.readonly_disk == ReadonlyDisk::Read;
}

DomainDrive drive_of(const DomainDisk& disk,
                     const DomainAccess& access,
                     const FindVolume& find_volume) {
  return base::with_context(cat("disk ", base::escape(disk.target)), [&] {
    DomainDrive drive{.path = path_of(disk, find_volume), .options = {}};
    drive.options.readonly = is_readonly(disk, drive.path, access);
    drive.options.format = disk.format;
    drive.options.blocksize = disk.blocksize;
    return drive;
  });
}

}  // namespace

std::vector<DomainDrive> domain_drives(const std::vector<DomainDisk>& disks,
                                       const DomainAccess& access,
                                       const FindVolume& find_volume) {
  if (disks.empty())
    throw Error(Errc::NotFound, "it has no disks");
  std::vector<DomainDrive> drives;
  for (const DomainDisk& disk : disks)
    if (!disk.readonly || access.readonly_disk != ReadonlyDisk::Ignore)
      drives.push_back(drive_of(disk, access, find_volume));
  return drives;
}

}  // namespace glovebox::libvirt
