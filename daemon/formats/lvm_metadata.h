// SPDX-License-Identifier: GPL-2.0-or-later
//
// LVM2 metadata on physical volumes, read well enough to activate plain volumes without LVM:
// starting LVM's code costs an emulated CPU 150 ms in each clone. Whatever is not plain (mirrors,
// RAID, thin pools, snapshots, caches, a volume that is missing or there twice, a group that is
// exported or someone else's) has no plan, and LVM itself does the work.
//
// On disk: a label in one of the first four sectors, the physical volume's header in it, which
// tells where metadata areas are; an area's header says where in it the current text is, which may
// wrap around the area's end. All are little-endian, with a CRC. See docs of LVM2,
// lib/format_text/layout.h. Foreign bytes throw Error(Corrupt). Pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/formats/dm_name.h"

namespace glovebox::guestd {

inline constexpr size_t kLvmLabelBytes = 4 * 512;

struct PhysicalVolume {
  std::string uuid;  // 32 characters
  std::string metadata =
      {};  // the newest text in its areas; empty if it has none (others of its group do)
};

// Reads `count` bytes of the device at `offset`; throws if they are not all there.
using DeviceReader = std::function<std::string(uint64_t offset, size_t count)>;
PhysicalVolume read_physical_volume(const DeviceReader& read);

// A physical volume as the caller knows it: its device number in "8:3" form.
struct LocatedVolume {
  PhysicalVolume volume;
  std::string device;
};

// A device-mapper device to be made.
struct MappingPlan {
  LogicalVolumeName name;
  std::string mapping_name;  // "vg0-root", hyphens doubled
  std::string mapping_uuid;  // "LVM-" and both UUIDs
  bool readonly = false;
  struct Target {
    uint64_t start_sector = 0;
    uint64_t sectors = 0;
    std::string type;  // "linear", "striped"
    std::string parameters;
    bool operator==(const Target&) const = default;
  };
  std::vector<Target> targets;
  bool operator==(const MappingPlan&) const = default;
};

// What activating all groups on these volumes means; absent if any of it needs LVM.
std::optional<std::vector<MappingPlan>> plan_activation(const std::vector<LocatedVolume>& volumes);

// LVM's CRC-32: zlib's polynomial, its own start, no final inversion.
uint32_t lvm_crc(std::string_view bytes);

}  // namespace glovebox::guestd
