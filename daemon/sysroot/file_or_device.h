// SPDX-License-Identifier: GPL-2.0-or-later
//
// A file of the guest or one of its devices, opened to be read or written from some place on: what
// calls that copy work with.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/unique_fd.h"
#include "daemon/block/assembly.h"
#include "daemon/rpc/progress.h"
#include "daemon/sysroot/mounts.h"

namespace glovebox::guestd {

struct Source {
  base::UniqueFd fd;
  uint64_t size_bytes = 0;
};

// Of a regular file or block device; throws Usage for anything else. `name` is as callers give it
// (Dev_or_Path). Throws System.
Source open_source(Assembly& assembly, const Mounts& mounts, const std::string& name);
// The size of what is open already.
uint64_t size_of(const base::UniqueFd& fd, const std::string& name);

// Whether the name is one of a device rather than a path of the guest, in calls that take either.
bool names_device(const std::string& name);

struct CopyPlan {
  uint64_t source_offset = 0;
  uint64_t destination_offset = 0;
  uint64_t size_bytes = 0;
  bool sparse = false;  // blocks of zeroes are left out
};

// Copies, reporting progress. Fewer bytes than planned are an error. Names are for messages.
void copy_bytes(const base::UniqueFd& from,
                const std::string& from_name,
                const base::UniqueFd& to,
                const std::string& to_name,
                const CopyPlan& plan,
                Progress& progress);

// Calls `take` with each piece of the open file, from its position to its end.
void for_each_block(const base::UniqueFd& fd,
                    const std::string& name,
                    const std::function<void(std::string_view)>& take);

}  // namespace glovebox::guestd
