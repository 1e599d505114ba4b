// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/lvm_metadata.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/byte_reader.h"
#include "base/cat.h"
#include "base/checked.h"
#include "base/error.h"
#include "daemon/formats/crc32.h"
#include "daemon/formats/lvm_text.h"

namespace glovebox::guestd {
namespace {

using base::checked_add;
using base::checked_mul;

constexpr size_t kSectorBytes = 512;
constexpr size_t kAreaHeaderBytes = 512;
constexpr size_t kMaxAreas = 8;
constexpr uint64_t kMaxMetadataBytes = 16 << 20;
constexpr uint32_t kCrcStart = 0xf597a6cf;
constexpr uint32_t kIgnoredArea = 1;
constexpr std::string_view kLabelMagic = "LABELONE";
constexpr std::string_view kLabelType = "LVM2 001";
constexpr std::string_view kAreaMagic(
    "\x20\x4c\x56\x4d\x32\x20\x78\x5b\x35\x41\x25\x72\x30\x4e\x2a\x3e", 16);

struct Label {
  char magic[8];
  base::le64 sector;
  base::le32 crc;  // of everything after it in the sector
  base::le32 header_offset;
  char type[8];
};

struct Location {
  base::le64 offset;
  base::le64 size;
};

struct AreaHeader {
  base::le32 crc;  // of the rest of its sector
  char magic[16];
  base::le32 version;
  base::le64 start;
  base::le64 size;
};

struct TextLocation {
  base::le64 offset;  // from the area's start
  base::le64 size;
  base::le32 crc;
  base::le32 flags;
};

[[noreturn]] void corrupt(const std::string& what) {
  throw Error(Errc::Corrupt, "LVM physical volume: " + what);
}

// The sector with the label.
std::string_view find_label(std::string_view sectors) {
  for (size_t at = 0; at + kSectorBytes <= sectors.size(); at += kSectorBytes) {
    const std::string_view sector = sectors.substr(at, kSectorBytes);
    if (!sector.starts_with(kLabelMagic))
      continue;
    const auto label = base::ByteReader(sector).read<Label>();
    constexpr size_t kChecked = offsetof(Label, header_offset);
    if (std::string_view(label.type, sizeof label.type) == kLabelType &&
        label.sector == at / kSectorBytes && lvm_crc(sector.substr(kChecked)) == label.crc)
      return sector;
  }
  corrupt("no label");
}

std::vector<Location> read_locations(base::ByteReader& reader) {
  std::vector<Location> result;
  for (;;) {
    const auto location = reader.read<Location>();
    if (location.offset == 0)
      return result;
    if (result.size() == kMaxAreas)
      corrupt("too many areas");
    result.push_back(location);
  }
}

// The text of one metadata area; empty if it holds none, or is not to be used.
std::string read_area(const DeviceReader& read, const Location& location) {
  const std::string sector = read(location.offset, kAreaHeaderBytes);
  base::ByteReader reader(sector);
  const auto header = reader.read<AreaHeader>();
  if (std::string_view(header.magic, sizeof header.magic) != kAreaMagic || header.version != 1 ||
      header.start != location.offset ||
      lvm_crc(std::string_view(sector).substr(sizeof header.crc)) != header.crc)
    corrupt("a metadata area has no valid header");
  const auto text = reader.read<TextLocation>();
  if (text.offset == 0 || (text.flags & kIgnoredArea))
    return {};
  const uint64_t area_size = header.size;
  if (text.size > kMaxMetadataBytes || area_size <= kAreaHeaderBytes ||
      text.size > area_size - kAreaHeaderBytes || text.offset < kAreaHeaderBytes ||
      text.offset >= area_size)
    corrupt("a metadata area points outside itself");
  // Round the end of the area the text goes on right after its header.
  const uint64_t first = std::min<uint64_t>(text.size, area_size - text.offset);
  std::string bytes = read(checked_add<uint64_t>(header.start, text.offset, "LVM metadata offset"),
                           static_cast<size_t>(first));
  if (first < text.size)
    bytes += read(checked_add<uint64_t>(header.start, kAreaHeaderBytes, "LVM metadata offset"),
                  static_cast<size_t>(text.size - first));
  if (lvm_crc(bytes) != text.crc)
    corrupt("metadata with a wrong checksum");
  return bytes;
}

// --- From texts to plans

struct Group {
  std::string name;
  const LvmSection* content = nullptr;
  int64_t seqno = 0;
};

// A group that LVM has to look at.
struct NotPlain {};

std::string plain_uuid(std::string uuid) {
  std::erase(uuid, '-');
  if (uuid.size() != 32)
    throw Error(Errc::Corrupt, "LVM metadata: not a UUID: " + base::escape(uuid));
  return uuid;
}

std::string double_hyphens(const std::string& name) {
  std::string result;
  for (const char c : name) result.append(c == '-' ? 2 : 1, c);
  return result;
}

bool is_valid_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '_' || c == '.' || c == '-';
  };
  return !name.empty() && name.size() < 128 && name.front() != '-' && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), allowed);
}

uint64_t not_negative(int64_t value) {
  if (value < 0)
    throw Error(Errc::Corrupt, "LVM metadata: a negative number");
  return static_cast<uint64_t>(value);
}

bool contains(const std::vector<std::string>& list, std::string_view wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

// Only these words may stand in a status or flags list of what is plain.
void require_only(const LvmSection& section,
                  std::string_view key,
                  std::initializer_list<std::string_view> known) {
  if (!section.has(key))
    return;
  for (const std::string& word : section.texts(key))
    if (std::find(known.begin(), known.end(), word) == known.end())
      throw NotPlain();
}

struct Stripe {
  std::string device;
  uint64_t first_sector = 0;  // of the data area
  uint64_t extents = 0;
};
using Stripes = std::map<std::string, Stripe>;  // by the name that the group's text uses: "pv0"

Stripes find_stripes(const LvmSection& group,
                     const std::map<std::string, const LocatedVolume*>& by_uuid) {
  Stripes result;
  for (const auto& [name, section] : group.section("physical_volumes").sections()) {
    require_only(*section, "status", {"ALLOCATABLE"});
    require_only(*section, "flags", {});
    const auto found = by_uuid.find(plain_uuid(section->text("id")));
    if (found == by_uuid.end())
      throw NotPlain();  // missing
    result[name] = {found->second->device, not_negative(section->number("pe_start")),
                    not_negative(section->number("pe_count"))};
  }
  return result;
}

MappingPlan::Target plan_segment(const LvmSection& segment,
                                 const Stripes& stripes,
                                 uint64_t extent_sectors) {
  if (segment.text("type") != "striped")
    throw NotPlain();
  const uint64_t count = not_negative(segment.number("stripe_count"));
  const std::vector<LvmSection::Scalar>* list = segment.try_list("stripes");
  if (!list || count == 0 || count > list->size() / 2 || list->size() != count * 2)
    throw Error(Errc::Corrupt, "LVM metadata: the number of stripes differs from stripe_count");
  const uint64_t extents = not_negative(segment.number("extent_count"));
  if (extents == 0 || extents % count != 0)
    throw Error(Errc::Corrupt,
                "LVM metadata: a segment whose size is not a multiple of its stripes");
  MappingPlan::Target target = {
      .start_sector =
          checked_mul(not_negative(segment.number("start_extent")), extent_sectors, "LVM segment"),
      .sectors = checked_mul(extents, extent_sectors, "LVM segment"),
      .type = count == 1 ? "linear" : "striped",
      .parameters = {}};
  if (count > 1)
    target.parameters = base::cat(count, " ", not_negative(segment.number("stripe_size")));
  for (size_t i = 0; i < list->size(); i += 2) {
    const auto* name = std::get_if<std::string>(&(*list)[i]);
    const auto* extent = std::get_if<int64_t>(&(*list)[i + 1]);
    const auto stripe = name ? stripes.find(*name) : stripes.end();
    if (stripe == stripes.end() || !extent)
      throw NotPlain();
    const uint64_t first = not_negative(*extent);
    if (checked_add(first, extents / count, "LVM stripe") > stripe->second.extents)
      throw Error(Errc::Corrupt, "LVM metadata: a segment ends beyond its volume");
    const uint64_t sector = checked_add(checked_mul(first, extent_sectors, "LVM stripe"),
                                        stripe->second.first_sector, "LVM stripe");
    target.parameters +=
        base::cat(target.parameters.empty() ? "" : " ", stripe->second.device, " ", sector);
  }
  return target;
}

std::vector<MappingPlan::Target> plan_segments(const LvmSection& volume,
                                               const Stripes& stripes,
                                               uint64_t extent_sectors) {
  const uint64_t count = not_negative(volume.number("segment_count"));
  if (count == 0)
    throw Error(Errc::Corrupt, "LVM metadata: a volume without segments");
  std::vector<MappingPlan::Target> targets;
  uint64_t next = 0;
  for (uint64_t i = 1; i <= count; ++i) {
    targets.push_back(
        plan_segment(volume.section(base::cat("segment", i)), stripes, extent_sectors));
    if (targets.back().start_sector != next)
      throw Error(Errc::Corrupt, "LVM metadata: segments with a gap");
    next = checked_add(next, targets.back().sectors, "LVM segment");
  }
  return targets;
}

void plan_group(const Group& group,
                const std::map<std::string, const LocatedVolume*>& by_uuid,
                std::vector<MappingPlan>& plans) {
  const LvmSection& content = *group.content;
  require_only(content, "status", {"RESIZEABLE", "READ", "WRITE"});
  require_only(content, "flags", {});
  if ((content.has("system_id") && !content.text("system_id").empty()) || content.has("lock_type"))
    throw NotPlain();
  const std::string group_uuid = plain_uuid(content.text("id"));
  const uint64_t extent_sectors = not_negative(content.number("extent_size"));
  const Stripes stripes = find_stripes(content, by_uuid);
  const LvmSection* volumes = content.try_section("logical_volumes");
  if (!volumes)
    return;
  for (const auto& [name, volume] : volumes->sections()) {
    require_only(*volume, "status", {"READ", "WRITE", "VISIBLE", "FIXED_MINOR"});
    require_only(*volume, "flags", {});
    const std::vector<std::string> status = volume->texts("status");
    if (!contains(status, "VISIBLE") || contains(status, "FIXED_MINOR") || !is_valid_name(name))
      throw NotPlain();
    plans.push_back({.name = {group.name, name},
                     .mapping_name = double_hyphens(group.name) + "-" + double_hyphens(name),
                     .mapping_uuid = "LVM-" + group_uuid + plain_uuid(volume->text("id")),
                     .readonly = !contains(status, "WRITE"),
                     .targets = plan_segments(*volume, stripes, extent_sectors)});
  }
}

}  // namespace

uint32_t lvm_crc(std::string_view bytes) {
  return crc32(bytes, kCrcStart);
}

PhysicalVolume read_physical_volume(const DeviceReader& read) {
  const std::string sectors = read(0, kLvmLabelBytes);
  const std::string_view sector = find_label(sectors);
  base::ByteReader reader(sector);
  reader.skip(base::ByteReader(sector).read<Label>().header_offset);
  PhysicalVolume volume{std::string(reader.take_text(32))};
  reader.skip(sizeof(uint64_t));  // size of the device
  read_locations(reader);         // where the data is; the text says so, too
  int64_t newest = -1;
  for (const Location& area : read_locations(reader)) {
    std::string text = read_area(read, area);
    if (text.empty())
      continue;
    const LvmSection content = parse_lvm_text(text);
    if (content.sections().empty())
      corrupt("metadata without a group");
    if (const int64_t seqno = content.sections().front().second->number("seqno"); seqno > newest) {
      newest = seqno;
      volume.metadata = std::move(text);
    }
  }
  return volume;
}

std::optional<std::vector<MappingPlan>> plan_activation(const std::vector<LocatedVolume>& volumes) {
  std::map<std::string, const LocatedVolume*> by_uuid;
  std::vector<LvmSection> texts;  // own what the groups point into
  std::map<std::string, Group> groups;
  std::set<std::string> names;
  try {
    texts.reserve(volumes.size());
    for (const LocatedVolume& volume : volumes) {
      if (!by_uuid.emplace(volume.volume.uuid, &volume).second)
        return std::nullopt;  // the same volume twice: a clone of a disk beside it
      if (volume.volume.metadata.empty())
        continue;
      texts.push_back(parse_lvm_text(volume.volume.metadata));
      if (texts.back().sections().size() != 1)
        return std::nullopt;
      const auto& [name, content] = texts.back().sections().front();
      Group& group = groups[content->text("id")];
      const int64_t seqno = content->number("seqno");
      if (group.content && group.seqno >= seqno)
        continue;
      group = {name, content.get(), seqno};
    }
    std::vector<MappingPlan> plans;
    for (const auto& [id, group] : groups) {
      if (!is_valid_name(group.name) || !names.insert(group.name).second)
        return std::nullopt;
      plan_group(group, by_uuid, plans);
    }
    return plans;
  } catch (const NotPlain&) {
    return std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // LVM says what is wrong with it, or knows better
  }
}

}  // namespace glovebox::guestd
