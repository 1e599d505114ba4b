// SPDX-License-Identifier: GPL-2.0-or-later
//
// A partition table opened for changing its entries' details, by libfdisk: nothing is on the disk
// until write(). The kernel need not hear of it, for no partition moves. Partitions count from 1.
#pragma once

#include <libfdisk/libfdisk.h>

#include <cstdint>
#include <memory>
#include <string>

namespace glovebox::guestd {

class FdiskTable {
 public:
  enum class Kind { Gpt, Mbr };

  // Throws Failed, in libfdisk's words, if the device has no table, or one of the other kind.
  FdiskTable(const std::string& device, Kind kind);
  ~FdiskTable();
  FdiskTable(const FdiskTable&) = delete;
  FdiskTable& operator=(const FdiskTable&) = delete;

  void set_type(int32_t number, const std::string& type);  // GUID, or two hexadecimal digits
  void set_name(int32_t number, const std::string& name);
  void set_uuid(int32_t number, const std::string& uuid);
  void set_attributes(int32_t number, uint64_t attributes);
  void set_disk_id(const std::string& id);
  void write();

 private:
  size_t index_of(int32_t number) const;
  void change(int32_t number,
              const char* what,
              int (*set)(fdisk_partition*, const char*),
              const std::string& value);
  void check(int result, const char* what) const;

  const std::string device_;
  std::unique_ptr<std::string> said_;  // libfdisk's warnings, for the message
  std::unique_ptr<fdisk_context, void (*)(fdisk_context*)> context_;
};

}  // namespace glovebox::guestd
