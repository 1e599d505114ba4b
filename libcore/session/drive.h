// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A drive of a handle: the image and every member of its chain, opened once by us, and how qemu is
// told to use the descriptors. qemu never opens a path of a guest's choosing. Owns the descriptors;
// keep it until the launch is over.
#pragma once

#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "disk/chain.h"
#include "glovebox/handle.h"
#include "vm/qemu/overlay.h"
#include "vm/vm.h"

namespace glovebox::session {

struct Drive {
  disk::Chain chain;
  base::UniqueFd overlay;  // over a read-only drive
  vm::PreparedDrive prepared;
  bool in_use = false;  // another process has the image, or one that it stands on, open for writing
};

// SCSI address of the index-th drive, as plugged in and as told to guestd.
struct ScsiAddress {
  int target;
  int lun;
};
ScsiAddress scsi_address(size_t index);

// Opens and describes. `written`: images that the handle's other drives write to. `layers`: where
// the throw-away layer goes if the drive is read-only; `first_fdset`: the lowest free /dev/fdset
// number. Denied if the image is in use by a process that writes to it, this drive is writable and
// not forced; Usage if it is in `written` and this drive is writable; Unsupported if discard is
// wanted and the host has none.
Drive prepare_drive(size_t index,
                    const std::string& path,
                    const DriveOptions& options,
                    const std::vector<disk::Identity>& written,
                    const vm::OverlayDirectory& layers,
                    int first_fdset);

}  // namespace glovebox::session
