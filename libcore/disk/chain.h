// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A disk's chain of images: the image itself and every backing file below it, each opened exactly
// once. Headers come from strangers, and a backing file's name may be any path of the host
// (CVE-2010-3851), so:
//
// - a member that lies in or below the directory of the top image is opened; any other only if the
// user named the format
//   of the top image himself (--format), which is his word that the image is what he thinks it is;
// - a block device is never opened from a header without that word, wherever it lies;
// - a member outside whose format is not recorded in the image above it is refused even then: a
// guest could have written a
//   header into a raw disk;
// - an image that is said to be raw is never looked at.
//
// Without --format a raw image into which its guest wrote a qcow2 header is taken for qcow2, as
// libguestfs does. What the guest gains is bounded by the first rule. Give --format=raw for raw
// images whose guest you do not trust.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "disk/image.h"

namespace glovebox::disk {

inline constexpr size_t kMaxChainLength = 64;

// Where members of the chain may lie.
enum class Members { OwnDirectory, Anywhere };

struct OpenOptions {
  std::optional<std::string> format = {};  // of the top image, "raw" or "qcow2"; absent: probe
  bool readonly = true;                    // the top image; the others are only ever read
  std::optional<Members> members = {};  // absent: Anywhere if a format is given, else OwnDirectory
};

struct Chain {
  std::vector<Image> images;  // the top one first; never empty

  Image& top() { return images.front(); }
  const Image& top() const { return images.front(); }
  uint64_t virtual_size() const { return top().virtual_size; }
};

// Throws what open_image does, with the names of those that led there: "top.img: backing file
// base.img: reason".
Chain open_chain(const std::string& path, const OpenOptions& options);

}  // namespace glovebox::disk
