// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The disks of a domain, as libvirt's XML has them (https://libvirt.org/formatdomain.html,
// "Hard drives, floppy disks, CDROMs"). Pure: text in, structs out. libvirt wrote the document, but
// it comes from a connection that may be anybody's, so it is read with limits and nothing in it
// is followed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glovebox::libvirt {

// Longer than any chain that can be opened.
inline constexpr size_t kMaxBackingStores = 200;

// Where an image is.
struct DomainSource {
  enum class Kind { File, Block, Volume, Other };
  Kind kind = Kind::Other;
  std::string path = {};    // of File and Block
  std::string pool = {};    // of Volume
  std::string volume = {};  // of Volume
  std::string other = {};   // of Other: what it is, in words
};

// A <backingStore>: an image below the disk's own.
struct DomainBackingStore {
  DomainSource source = {};
  std::optional<std::string> format = {};
};

struct DomainDisk {
  DomainSource source = {};
  std::string target = {};  // "vda": the name for people
  bool readonly = false;
  std::optional<std::string> format = {};
  std::optional<int> blocksize = {};
  std::vector<DomainBackingStore> backing = {};  // the uppermost first
  bool backing_is_all = false;                   // an empty <backingStore/> closes the chain
};

// Without drives that have no medium. Throws Corrupt if this is no domain's XML, or if a disk has
// more than kMaxBackingStores below it.
std::vector<DomainDisk> parse_domain_disks(std::string_view xml);

}  // namespace glovebox::libvirt
