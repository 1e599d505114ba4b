// SPDX-License-Identifier: GPL-2.0-or-later
// Feeds a document to what reads domains' XML, and what it read to what makes drives of it; the
// first byte says how.
#include "base/error.h"
#include "libvirt/domain_drives.h"

using namespace glovebox;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0)
    return 0;
  const DomainAccess access{.readonly = (data[0] & 4) != 0,
                            .readonly_disk = static_cast<ReadonlyDisk>(data[0] & 3)};
  const std::string_view xml(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    libvirt::domain_drives(
        libvirt::parse_domain_disks(xml), access,
        [](const std::string& pool, const std::string& volume) { return pool + volume; });
  } catch (const Error&) {
  }
  return 0;
}
