// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A disk's chain of images: the image itself and every backing file below it, each opened exactly
// once. Headers come from strangers, and a backing file's name may be any path of the host
// (CVE-2010-3851). A guest can write a whole header into a raw disk, so what matters is on whose
// word an image is taken for qcow2. Its format is known if
//
// - the user gave it (--format), a libvirt domain or the configuration (format_rules.h) says it, or
// - the image above records it, and that image's own format is known.
//
// Otherwise it is guessed: from the first bytes, or as a header says that was only guessed itself.
// For every member, the image named or one below it:
//
// - a header whose format is known leads anywhere, if the format of what it names is known, too;
// - a header whose format is guessed leads to files in or below its own directory only, links
//   resolved, and never to a block device; a block device has no directory of its own;
// - a file in that directory whose format nobody says is guessed in turn;
// - an image that is said to be raw is never looked at.
//
// The table in SECURITY.md has every case. What may not be opened is not opened: the place of a
// file is found out before (O_PATH). Where a domain names the members below an image, they are
// opened in place of those that the headers name, as qemu does under libvirt.
//
// So without a word of anybody's, a raw image into which its guest wrote a qcow2 header is taken
// for qcow2, as libguestfs does, and what the guest gains are the files of that directory. Give
// --format=raw for raw images whose guest you do not trust.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "disk/format_rules.h"
#include "disk/image.h"

namespace glovebox::disk {

inline constexpr size_t kMaxChainLength = 64;

// A member of the chain, as a domain's definition has it.
struct NamedMember {
  std::string path;
  std::optional<std::string> format = {};  // "raw" or "qcow2"; absent: not said
};

struct OpenOptions {
  std::optional<std::string> format = {};  // of the top image, "raw" or "qcow2"; absent: not said
  bool readonly = true;                    // the top image; the others are only ever read
  std::vector<NamedMember> below = {};     // the members below the top one, the uppermost first
  bool below_is_all = false;               // no member follows these, whatever the headers say
  FormatRules rules = {};                  // of the configuration
  std::string domain = {};                 // whose disk it is, for messages; empty: nobody's
};

struct Chain {
  std::vector<Image> images;  // the top one first; never empty

  Image& top() { return images.front(); }
  const Image& top() const { return images.front(); }
  uint64_t virtual_size() const { return top().virtual_size; }
};

// Throws what locate(), open_unexamined() and examine() do, and Denied for a member that may not be
// opened, with the names of those that led there: "top.img: backing file base.img: reason".
Chain open_chain(const std::string& path, const OpenOptions& options);

}  // namespace glovebox::disk
