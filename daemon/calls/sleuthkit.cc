// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: file systems read without being mounted, by programs of The Sleuth Kit and one of our own
// (appliance/walk_filesystem.cc).
#include "guestd/functions/sleuthkit.h"

#include "base/cat.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/pipeline.h"
#include "daemon/rpc/streams.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kWalkFilesystem = "/usr/lib/glovebox/walk-filesystem";

void send_output(const std::vector<std::string>& argv, FileOutStream& out) {
  stream_out({{.argv = argv}}, base::UniqueFd(), out);
}

void require_inode(int64_t inode) {
  if (inode < 0)
    refuse("inode must be >= 0");
}

}  // namespace

void download_inode(Appliance& app,
                    const std::string& device,
                    int64_t inode,
                    FileOutStream& filename) {
  require_inode(inode);
  send_output({"icat", "-r", app.device(device).name, std::to_string(inode)}, filename);
}

void download_blocks(Appliance& app,
                     const std::string& device,
                     int64_t start,
                     int64_t stop,
                     FileOutStream& filename,
                     const DownloadBlocksOptions& optargs) {
  if (start < 0 || stop <= start)
    refuse(base::cat(start, "-", stop,
                     ": blocks are counted from 0, and the last comes after the first"));
  send_output({"blkls", app.device(device).name, optargs.unallocated.value_or(false) ? "-A" : "-e",
               base::cat(start, "-", stop)},
              filename);
}

void internal_filesystem_walk(Appliance& app, const std::string& device, FileOutStream& filename) {
  send_output({kWalkFilesystem, app.device(device).name}, filename);
}

void internal_find_inode(Appliance& app,
                         const std::string& device,
                         int64_t inode,
                         FileOutStream& filename) {
  require_inode(inode);
  send_output({kWalkFilesystem, app.device(device).name, std::to_string(inode)}, filename);
}

}  // namespace glovebox::guestd
