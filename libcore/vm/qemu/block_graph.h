// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A drive as qemu's block nodes: for each image of its chain one node for the file and one for the
// format, from the bottom up; over a read-only drive those of the throw-away layer; and the SCSI
// disk on top. Files are named by /dev/fdset/N only, so that qemu opens nothing. Pure functions:
// nothing is opened or started here. QEMU's docs/interop/qemu-qmp-ref, blockdev-add and device_add.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace glovebox::vm {

struct GraphImage {
  bool is_qcow2 = false;  // else raw
  bool is_block_device = false;
};

struct GraphDrive {
  size_t index = 0;  // of the drive in its handle
  int scsi_target = 0;
  int scsi_lun = 0;
  std::vector<GraphImage> images = {};  // the chain, the top one first; never empty
  bool readonly = false;                // with a throw-away layer; else the top image is written
  bool discard = false;                 // what the guest gives back is given back; if written only
  std::optional<std::string> serial = {};
  std::optional<int> blocksize = {};  // bytes
};

struct BlockGraph {
  // For blockdev-add, JSON, in this order, and the names of the nodes in them.
  std::vector<std::string> blockdevs;
  std::vector<std::string> nodes;
  std::string device;            // the SCSI disk's name
  std::string device_arguments;  // for device_add, JSON
};

// The descriptors belong in the fdsets from `first_fdset` on, a number for each: those of the images
// from the bottom up, then the throw-away layer's.
BlockGraph block_graph(const GraphDrive& drive, int first_fdset);

}  // namespace glovebox::vm
