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

struct DomainDisk {
  enum class Source { File, Block, Volume, Other };
  Source source = Source::Other;
  std::string target = {};  // "vda": the name for people
  std::string path = {};    // of File and Block
  std::string pool = {};    // of Volume
  std::string volume = {};  // of Volume
  std::string other = {};   // of Other: what it is, in words
  bool readonly = false;
  std::optional<std::string> format = {};
  std::optional<int> blocksize = {};
};

// Without drives that have no medium. Throws Corrupt if this is no domain's XML.
std::vector<DomainDisk> parse_domain_disks(std::string_view xml);

}  // namespace glovebox::libvirt
