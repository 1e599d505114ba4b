// SPDX-License-Identifier: LGPL-2.1-or-later
#include "libvirt/domain_drives.h"

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::libvirt {
namespace {

using base::cat;

std::string path_of(const DomainSource& source, const FindVolume& find_volume) {
  switch (source.kind) {
    case DomainSource::Kind::File:
    case DomainSource::Kind::Block:
      return source.path;
    case DomainSource::Kind::Volume:
      return find_volume(source.pool, source.volume);
    case DomainSource::Kind::Other:
      break;
  }
  throw Error(Errc::Unsupported,
              cat("this is a ", base::escape(source.other),
                  ", which is not supported yet; files, block devices and volumes are"));
}

std::vector<BackingImage> backing_of(const DomainDisk& disk, const FindVolume& find_volume) {
  std::vector<BackingImage> images;
  for (const DomainBackingStore& store : disk.backing)
    images.push_back(base::with_context("<backingStore>", [&] {
      return BackingImage{.path = path_of(store.source, find_volume), .format = store.format};
    }));
  return images;
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
    DomainDrive drive{.path = path_of(disk.source, find_volume), .options = {}};
    drive.options.readonly = is_readonly(disk, drive.path, access);
    drive.options.format = disk.format;
    drive.options.blocksize = disk.blocksize;
    drive.options.backing = backing_of(disk, find_volume);
    drive.options.backing_is_all = disk.backing_is_all;
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
