// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a block device holds, by libblkid: the answer for a device is kept until forget(), because
// probing one reads dozens of places. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/block/block_device.h"

namespace glovebox::guestd {

struct Content {
  std::string type =
      {};  // "ext4", "LVM2_member", "swap"; empty: nothing recognised, or two things at once
  std::string usage = {};  // "filesystem", "raid", "crypto", "other"
  std::string uuid = {};
  std::string label = {};
  std::string version = {};
  uint64_t size_bytes = 0;  // of the device
  bool operator==(const Content&) const = default;
};

struct PartitionEntry {
  uint32_t number = 0;
  uint64_t start_bytes = 0;
  uint64_t size_bytes = 0;
  std::string type_guid = {};  // GPT, lower case
  int mbr_type = 0;            // MBR: the type byte
  bool is_extended = false;    // MBR: holds the logical ones
  std::string uuid = {};
  std::string name = {};         // GPT: PARTLABEL
  uint64_t flags = 0;            // GPT: the attributes; MBR: 0x80 if it is active
};

struct PartitionTable {
  std::string type;  // libblkid's: "gpt", "dos", "bsd", "sun" ...
  std::string id;    // GPT: the disk's GUID, lower case; MBR: its signature in hexadecimal
  std::vector<PartitionEntry> partitions;
};

class Prober {
 public:
  // The reference is good until the next call of forget(). Throws System if the device cannot be
  // read.
  const Content& content(const BlockDevice& device);
  // Absent: no table. The table of a drive that holds one and a file system at once is still a
  // table.
  const std::optional<PartitionTable>& table(const BlockDevice& disk);

  void forget(const BlockDevice& device);
  void forget_all();

 private:
  std::map<dev_t, Content> contents_;
  std::map<dev_t, std::optional<PartitionTable>> tables_;
};

// Probing of any descriptor, for Prober and for warming up.
Content probe_content(int fd, const std::string& name);
std::optional<PartitionTable> probe_table(int fd, const std::string& name);

}  // namespace glovebox::guestd
