// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/drive.h"

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/cat.h"
#include "base/error.h"
#include "disk/configuration.h"
#include "disk/discard.h"
#include "disk/image_lock.h"
#include "vm/qemu/overlay.h"

namespace glovebox::session {
namespace {

using base::cat;
using nlohmann::json;

constexpr size_t kMaxLabel = 20;  // guestfs_add_drive_opts: label

// qemu's name for a node of this drive; depth 0 is the image itself, -1 the overlay above it.
std::string node_name(size_t index, int depth, const char* layer) {
  return cat("drive", index, "-", layer, depth < 0 ? std::string("overlay") : cat(depth));
}

json file_node(const std::string& name, int fdset, bool block_device, bool readonly) {
  return {{"driver", block_device ? "host_device" : "file"},
          {"node-name", name},
          {"filename", cat("/dev/fdset/", fdset)},
          {"read-only", readonly},
          {"locking", readonly ? "off" : "auto"},
          {"cache", {{"direct", false}, {"no-flush", false}}}};
}

// Called for a drive that is written.
bool discards(const disk::Image& image, Discard discard) {
  if (discard == Discard::Enable && !disk::can_discard(image))
    throw Error(Errc::Unsupported,
                cat(base::escape(image.path), ": discard cannot be enabled: ",
                    image.is_block_device ? "the device" : "the file system that holds the image",
                    " cannot take space back (discard 'besteffort' uses it where it can)"),
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

std::string device_id(size_t index) {
  return cat("drive", index);
}

json device(size_t index, const std::string& top, const DriveOptions& options) {
  const ScsiAddress address = scsi_address(index);
  json arguments{{"driver", "scsi-hd"}, {"id", device_id(index)},    {"bus", "scsi0.0"},
                 {"channel", 0},        {"scsi-id", address.target}, {"lun", address.lun},
                 {"drive", top},        {"rerror", "report"},        {"werror", "report"}};
  if (options.label) {
    check_label(*options.label);
    arguments["serial"] = *options.label;
  }
  if (options.blocksize) {
    if (*options.blocksize != 512 && *options.blocksize != 4096)
      throw Error(Errc::Usage, cat("block size ", *options.blocksize, ": must be 512 or 4096"));
    arguments["logical_block_size"] = *options.blocksize;
    arguments["physical_block_size"] = *options.blocksize;
  }
  return arguments;
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
  int fdset = first_fdset;
  auto& prepared = drive.prepared;
  const auto add_descriptor = [&](int fd) {
    prepared.fds.push_back({fd, fdset});
    prepared.ids.fdsets.push_back(fdset++);
  };
  const auto add_node = [&](const json& node) {
    prepared.blockdevs.push_back(node.dump());
    prepared.ids.nodes.push_back(node["node-name"]);
  };
  std::string below;
  // Bottom first: each node refers to the one under it.
  for (size_t depth = images.size(); depth-- > 0;) {
    const disk::Image& image = images[depth];
    const bool readonly = options.readonly || depth > 0;
    const std::string file = node_name(index, static_cast<int>(depth), "file");
    const std::string name = node_name(index, static_cast<int>(depth), "image");
    json protocol = file_node(file, fdset, image.is_block_device, readonly);
    json node{{"driver", image.format == disk::Format::Qcow2 ? "qcow2" : "raw"},
              {"node-name", name},
              {"file", file},
              {"read-only", readonly}};
    if (!readonly && discards(image, options.discard))
      protocol["discard"] = node["discard"] = "unmap";
    add_node(protocol);
    add_descriptor(image.fd.get());
    if (image.format == disk::Format::Qcow2)
      node["backing"] = below.empty() ? json(nullptr) : json(below);
    add_node(node);
    below = name;
  }
  if (options.readonly) {
    drive.overlay = vm::make_overlay(images.front().virtual_size, layers);
    const std::string file = node_name(index, -1, "file");
    const std::string name = node_name(index, -1, "image");
    json protocol = file_node(file, fdset, false, false);
    protocol["locking"] = "off";
    protocol["cache"]["no-flush"] = true;
    add_node(protocol);
    add_descriptor(drive.overlay.get());
    add_node({{"driver", "qcow2"},
              {"node-name", name},
              {"file", file},
              {"backing", below},
              {"discard", "unmap"},
              {"cache", {{"direct", false}, {"no-flush", true}}}});
    below = name;
  }
  prepared.device_arguments = device(index, below, options).dump();
  prepared.ids.device = device_id(index);
  return drive;
}

}  // namespace glovebox::session
