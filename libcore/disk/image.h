// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Image: one file of a disk's chain, opened once and looked at by descriptor only, so that nobody
// can exchange it between the check and the use. Owns its descriptor; whoever hands it to qemu
// duplicates or takes it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/unique_fd.h"
#include "disk/formats/backing_name.h"
#include "disk/formats/format.h"
#include "disk/formats/qcow2_header.h"

namespace glovebox::disk {

enum class Access { ReadOnly, ReadWrite };

struct Image {
  base::UniqueFd fd;
  std::string path;             // as it was opened, for messages: escape it
  Format format = Format::Raw;  // Raw or Qcow2
  bool is_block_device = false;
  uint64_t file_size = 0;            // of the file or device
  uint64_t virtual_size = 0;         // of the disk in it; raw: rounded up to 512, as qemu does
  std::optional<Qcow2Header> qcow2;  // for Format::Qcow2

  bool has_backing() const { return qcow2 && !qcow2->backing_name.empty(); }
};

// What makes two descriptors the same image, whatever their names are.
struct Identity {
  bool is_block_device;
  dev_t device;
  ino_t inode;
  bool operator==(const Identity&) const = default;
};

// Throws System.
Identity identity_of(const Image& image);

// A file that a name led to, held without being opened for anything: the device behind it, if it is
// one, notices nothing. What is opened from it later is that file, whatever the name means by then.
struct Located {
  base::UniqueFd handle;  // O_PATH
  std::string name;       // as it was given
  Place place = {};
};

// Throws NotFound, Denied, System, and Usage for what is no file, block device or /dev/null; the
// message does not name the path.
Located locate(const std::string& path);

// Opens what was located; as below.
Image open_unexamined(const Located& file, Access access);

// Opens a regular file or a block device, once, and reads nothing of it: until examine() it is raw.
// /dev/null is an empty disk of 4096 bytes, as in guestfs(3). Throws NotFound, Denied, System,
// Usage, Corrupt; the message does not name the path.
Image open_unexamined(const std::string& path, Access access);

// Finds out what is in it. `format`: what the user or the image above says; absent: told by the
// first bytes. With Format::Raw the bytes are the guest's and are not looked at. Throws Corrupt,
// Unsupported, Denied, likewise.
void examine(Image& image, Access access, std::optional<Format> format);

// Throws nothing: a file that has no name has an empty one.
Place place_of(const Image& image);

// The file's own path, without links, as the kernel knows it; empty if it was deleted.
std::string real_path(int fd);

}  // namespace glovebox::disk
