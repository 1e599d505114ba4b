// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/drive.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/cat.h"
#include "base/error.h"
#include "disk/configuration.h"
#include "disk/discard.h"
#include "disk/image_lock.h"
#include "vm/qemu/block_graph.h"
#include "vm/qemu/overlay.h"

namespace glovebox::session {
namespace {

using base::cat;

constexpr size_t kMaxLabel = 20;  // guestfs_add_drive_opts: label

// Called for a drive that is written.
bool discards(const disk::Image& image, Discard discard) {
  if (discard == Discard::Enable && !disk::can_discard(image))
    throw Error(Errc::Unsupported,
                cat(base::escape(image.path), ": discard cannot be enabled: ",
                    image.is_block_device ? "the device" : "the file system that holds the image",
                    " does not support discard (discard 'besteffort' uses it where possible)"),
                ENOTSUP);
  return discard != Discard::Disable;
}

void check_label(const std::string& label) {
  bool letters = !label.empty() && label.size() <= kMaxLabel;
  for (const char c : label)
    letters = letters && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
  if (!letters)
    throw Error(Errc::Usage, cat("label '", base::escape(label), "': must be 1 to ", kMaxLabel,
                                 " ASCII letters"));
}

void check_blocksize(int bytes) {
  if (bytes != 512 && bytes != 4096)
    throw Error(Errc::Usage, cat("block size ", bytes, ": must be 512 or 4096"));
}

// Throws for options that no drive can have.
vm::GraphDrive graph_of(size_t index, const disk::Chain& chain, const DriveOptions& options) {
  if (options.label)
    check_label(*options.label);
  if (options.blocksize)
    check_blocksize(*options.blocksize);
  const ScsiAddress address = scsi_address(index);
  vm::GraphDrive drive{.index = index,
                       .scsi_target = address.target,
                       .scsi_lun = address.lun,
                       .readonly = options.readonly,
                       .discard = !options.readonly && discards(chain.top(), options.discard),
                       .serial = options.label,
                       .blocksize = options.blocksize};
  for (const disk::Image& image : chain.images)
    drive.images.push_back({.is_qcow2 = image.format == disk::Format::Qcow2,
                            .is_block_device = image.is_block_device});
  return drive;
}

disk::OpenOptions open_options(const DriveOptions& options) {
  disk::OpenOptions result{.format = options.format,
                           .readonly = options.readonly,
                           .below_is_all = options.backing_is_all,
                           .rules = disk::read_format_rules(disk::configuration_files()),
                           .domain = options.domain};
  for (const BackingImage& image : options.backing)
    result.below.push_back({.path = image.path, .format = image.format});
  return result;
}

}  // namespace

ScsiAddress scsi_address(size_t index) {
  return {static_cast<int>(index), 0};
}

Drive prepare_drive(size_t index,
                    const std::string& path,
                    const DriveOptions& options,
                    const std::vector<disk::Identity>& written,
                    const vm::OverlayDirectory& layers,
                    int first_fdset) {
  Drive drive;
  drive.chain = disk::open_chain(path, open_options(options));
  const auto& images = drive.chain.images;
  drive.in_use = std::any_of(images.begin(), images.end(), [](const disk::Image& image) {
    return disk::is_locked_for_writing(image.fd.get());
  });
  if (!options.readonly &&
      std::ranges::find(written, disk::identity_of(images.front())) != written.end())
    throw Error(Errc::Usage, cat(base::escape(path),
                                 ": another drive of this handle writes to this image "
                                 "already; add it once, or read-only the second time"));
  if (!options.readonly && !options.force && disk::is_locked_for_writing(images.front().fd.get()))
    throw Error(
        Errc::Denied,
        cat(base::escape(path),
            ": another process (a running virtual machine?) has this image open for writing; shut "
            "it down first, or open the image read-only"));
  vm::BlockGraph graph = vm::block_graph(graph_of(index, drive.chain, options), first_fdset);
  int fdset = first_fdset;
  const auto add_descriptor = [&](int fd) {
    drive.prepared.fds.push_back({fd, fdset});
    drive.prepared.ids.fdsets.push_back(fdset++);
  };
  for (size_t depth = images.size(); depth-- > 0;) add_descriptor(images[depth].fd.get());
  if (options.readonly) {
    drive.overlay = vm::make_overlay(images.front().virtual_size, layers);
    add_descriptor(drive.overlay.get());
  }
  drive.prepared.blockdevs = std::move(graph.blockdevs);
  drive.prepared.device_arguments = std::move(graph.device_arguments);
  drive.prepared.ids.nodes = std::move(graph.nodes);
  drive.prepared.ids.device = std::move(graph.device);
  return drive;
}

}  // namespace glovebox::session
