// SPDX-License-Identifier: GPL-2.0-or-later
// Feeds a qcow2 file's beginning to everything that reads image headers: recognition, the header
// parser, and, for what the parser accepts, the walk over the tables, on a file that holds the same
// bytes.
#include <unistd.h>

#include "base/error.h"
#include "base/unique_fd.h"
#include "disk/formats/backing_name.h"
#include "disk/formats/format.h"
#include "disk/formats/qcow2_extent.h"
#include "disk/formats/qcow2_header.h"

using namespace glovebox;

namespace {

void walk_tables(std::span<const std::byte> bytes, const disk::Qcow2Header& header) {
  const base::UniqueFd fd = base::make_memfd("fuzz");
  if (write(fd.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()))
    disk::check_qcow2_is_whole(fd.get(), header, bytes.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  disk::format_name(disk::recognise(bytes.first(std::min(size, disk::kMagicBytes))));
  try {
    const size_t wanted = disk::qcow2_header_bytes(bytes);
    const auto header = disk::parse_qcow2_header(bytes.first(std::min(size, wanted)), size);
    if (!header.backing_name.empty())
      disk::resolve_backing_name("/images/disk.img", header.backing_name);
    walk_tables(bytes, header);
  } catch (const Error&) {
  }
  return 0;
}
