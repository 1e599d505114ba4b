// SPDX-License-Identifier: GPL-2.0-or-later
//
// Calls: partition tables. What a table says is read by libblkid. What lies where is changed by
// parted, whose rules about alignment, extended partitions and what is allowed are the ones that
// the manual promises; it tells the kernel, too. Details of entries that only GPT or MBR has are
// changed by libfdisk.
#include "guestd/functions/partitions.h"

#include <algorithm>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/block/fdisk_table.h"
#include "daemon/device_change.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/tool.h"
#include "daemon/system/random_uuid.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kEspType = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
constexpr uint64_t kMbrActive = 0x80;
constexpr int32_t kMbrPrimaries = 4;

const PartitionTable& table_of(Appliance& app, const BlockDevice& disk) {
  const std::optional<PartitionTable>& table = app.prober.table(disk);
  if (!table)
    throw Error(Errc::NotFound, base::cat(disk.name, ": unrecognised disk label"), EINVAL);
  return *table;
}

void require_number(int32_t number) {
  if (number <= 0)
    refuse("partition number must be >= 1");
}

const PartitionEntry& entry_of(const BlockDevice& disk,
                               const PartitionTable& table,
                               int32_t number) {
  require_number(number);
  for (const PartitionEntry& entry : table.partitions)
    if (entry.number == static_cast<uint32_t>(number))
      return entry;
  refuse(base::cat(disk.name, ": there is no partition ", number));
}

struct Entry {
  const PartitionTable& table;
  const PartitionEntry& entry;
};

// The entry of a table that has to be of that type (libblkid's name), or of any if it is empty.
Entry find_entry(Appliance& app,
                 const std::string& device,
                 int32_t number,
                 const std::string& type = "") {
  require_number(number);
  const BlockDevice disk = app.device(device);
  const PartitionTable& table = table_of(app, disk);
  if (!type.empty() && table.type != type)
    refuse(base::cat(disk.name, ": the partition table is of type ", table.type, ", not ", type));
  return {table, entry_of(disk, table, number)};
}

// parted's names, where they differ from libblkid's.
std::string parted_name(const std::string& type) {
  return type == "dos" ? "msdos" : type == "sgi" ? "dvh" : type;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(toupper(c)); });
  return text;
}

// The kind of table as parted calls it, from any name that the manual allows.
std::string checked_type(const std::string& type) {
  static constexpr std::pair<std::string_view, std::string_view> kOther[] = {
      {"rdb", "amiga"}, {"efi", "gpt"}, {"mbr", "msdos"}};
  static constexpr std::string_view kTypes[] = {"aix", "amiga", "bsd",   "dasd", "dvh",
                                                "gpt", "mac",   "msdos", "pc98", "sun"};
  for (const auto& [name, parted] : kOther)
    if (type == name)
      return std::string(parted);
  if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes))
    refuse("unknown partition type: common choices are \"gpt\" and \"msdos\"");
  return type;
}

std::string checked_place(const std::string& place) {
  for (const char* name : {"primary", "logical", "extended"})
    if (place == name || (place.size() == 1 && place[0] == name[0]))
      return name;
  refuse(base::cat("unknown partition type: ", base::escape(place),
                   ": this should be \"primary\", \"logical\" or \"extended\""));
}

void parted(Appliance& app, const std::string& device, const std::vector<std::string>& command) {
  const DeviceChange change(app, device);
  std::vector<std::string> argv = {"parted", "-s", "--", change.name()};
  argv.insert(argv.end(), command.begin(), command.end());
  run_tool(
      {.argv = argv, .about = base::cat("parted: ", change.name()), .complains_on_stdout = true});
}

std::string sectors(int64_t count) {
  return base::cat(count, "s");
}

template <typename Change>
void change_entry(Appliance& app, const std::string& device, FdiskTable::Kind kind, Change change) {
  const DeviceChange guard(app, device);
  FdiskTable table(guard.name(), kind);
  change(table);
  table.write();
}

// gdisk(8) knows what GPT has for each type of an MBR.
std::string gpt_type_of_mbr(const BlockDevice& disk, int32_t number) {
  constexpr std::string_view kField = "Partition GUID code: ";
  const std::string reported =
      run_tool({.argv = {"sgdisk", "-i", std::to_string(number), disk.name}, .about = disk.name});
  for (const std::string& line : base::split(reported, '\n'))
    if (line.starts_with(kField))
      return upper(line.substr(kField.size(), line.find(' ', kField.size()) - kField.size()));
  refuse(base::cat(disk.name, ": sgdisk reports no type for partition ", number));
}

}  // namespace

std::vector<Partition> part_list(Appliance& app, const std::string& device) {
  const BlockDevice disk = app.device(device);
  std::vector<Partition> result;
  const PartitionTable& table = table_of(app, disk);
  // An entry of type 0 is an empty one in an MBR, whatever else it says.
  for (const PartitionEntry& entry : table.partitions)
    if (entry.size_bytes > 0 && (table.type != "dos" || entry.mbr_type != 0))
      result.push_back({.part_num = static_cast<int32_t>(entry.number),
                        .part_start = entry.start_bytes,
                        .part_end = entry.start_bytes + entry.size_bytes - 1,
                        .part_size = entry.size_bytes});
  std::sort(result.begin(), result.end(),
            [](const Partition& a, const Partition& b) { return a.part_start < b.part_start; });
  return result;
}

std::string part_get_parttype(Appliance& app, const std::string& device) {
  return parted_name(table_of(app, app.device(device)).type);
}

void part_init(Appliance& app, const std::string& device, const std::string& parttype) {
  parted(app, device, {"mklabel", checked_type(parttype)});
}

void part_add(Appliance& app,
              const std::string& device,
              const std::string& prlogex,
              int64_t startsect,
              int64_t endsect) {
  const std::string place = checked_place(prlogex);
  if (startsect < 0)
    refuse("startsect cannot be negative");
  // In a GPT the word becomes the partition's name; people rely on finding it there.
  parted(app, device, {"mkpart", place, sectors(startsect), sectors(endsect)});
}

void part_disk(Appliance& app, const std::string& device, const std::string& parttype) {
  const std::string type = checked_type(parttype);
  parted(app, device,
         {"mklabel", type, "mkpart", type == "gpt" ? "p1" : "primary", "128s", "-128s"});
}

void part_del(Appliance& app, const std::string& device, int32_t partnum) {
  require_number(partnum);
  parted(app, device, {"rm", std::to_string(partnum)});
}

void part_resize(Appliance& app, const std::string& device, int32_t partnum, int64_t endsect) {
  require_number(partnum);
  parted(app, device, {"resizepart", std::to_string(partnum), sectors(endsect)});
}

bool part_get_bootable(Appliance& app, const std::string& device, int32_t partnum) {
  const auto [table, entry] = find_entry(app, device, partnum);
  return table.type == "gpt" ? entry.type_guid == kEspType : (entry.flags & kMbrActive) != 0;
}

void part_set_bootable(Appliance& app, const std::string& device, int32_t partnum, bool bootable) {
  require_number(partnum);
  parted(app, device, {"set", std::to_string(partnum), "boot", bootable ? "on" : "off"});
}

std::string part_get_name(Appliance& app, const std::string& device, int32_t partnum) {
  require_number(partnum);
  const BlockDevice disk = app.device(device);
  const PartitionTable& table = table_of(app, disk);
  if (table.type != "gpt")
    refuse("part-get-name can only be used on GUID Partition Tables");
  return entry_of(disk, table, partnum).name;
}

void part_set_name(Appliance& app,
                   const std::string& device,
                   int32_t partnum,
                   const std::string& name) {
  require_number(partnum);
  const std::optional<PartitionTable>& table = app.prober.table(app.device(device));
  if (table && table->type == "gpt")
    change_entry(app, device, FdiskTable::Kind::Gpt,
                 [&](FdiskTable& gpt) { gpt.set_name(partnum, name); });
  else
    parted(app, device, {"name", std::to_string(partnum), name});
}

int32_t part_get_mbr_id(Appliance& app, const std::string& device, int32_t partnum) {
  return find_entry(app, device, partnum, "dos").entry.mbr_type;
}

void part_set_mbr_id(Appliance& app, const std::string& device, int32_t partnum, int32_t idbyte) {
  require_number(partnum);
  if (idbyte < 0 || idbyte > 0xff)
    refuse(base::cat(idbyte, " is not a type of partition: 0 to 255"));
  char digits[3];
  snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(idbyte));
  change_entry(app, device, FdiskTable::Kind::Mbr,
               [&](FdiskTable& mbr) { mbr.set_type(partnum, digits); });
}

std::string part_get_mbr_part_type(Appliance& app, const std::string& device, int32_t partnum) {
  const auto [table, entry] = find_entry(app, device, partnum);
  if (table.type != "dos" || (partnum <= kMbrPrimaries && !entry.is_extended))
    return "primary";
  return partnum <= kMbrPrimaries ? "extended" : "logical";
}

std::string part_get_gpt_type(Appliance& app, const std::string& device, int32_t partnum) {
  const auto [table, entry] = find_entry(app, device, partnum);
  if (table.type == "dos")
    return gpt_type_of_mbr(app.device(device), partnum);
  return upper(find_entry(app, device, partnum, "gpt").entry.type_guid);
}

void part_set_gpt_type(Appliance& app,
                       const std::string& device,
                       int32_t partnum,
                       const std::string& guid) {
  require_number(partnum);
  change_entry(app, device, FdiskTable::Kind::Gpt,
               [&](FdiskTable& gpt) { gpt.set_type(partnum, upper(guid)); });
}

std::string part_get_gpt_guid(Appliance& app, const std::string& device, int32_t partnum) {
  return upper(find_entry(app, device, partnum, "gpt").entry.uuid);
}

void part_set_gpt_guid(Appliance& app,
                       const std::string& device,
                       int32_t partnum,
                       const std::string& guid) {
  require_number(partnum);
  change_entry(app, device, FdiskTable::Kind::Gpt,
               [&](FdiskTable& gpt) { gpt.set_uuid(partnum, guid); });
}

int64_t part_get_gpt_attributes(Appliance& app, const std::string& device, int32_t partnum) {
  return static_cast<int64_t>(find_entry(app, device, partnum, "gpt").entry.flags);
}

void part_set_gpt_attributes(Appliance& app,
                             const std::string& device,
                             int32_t partnum,
                             int64_t attributes) {
  require_number(partnum);
  change_entry(app, device, FdiskTable::Kind::Gpt, [&](FdiskTable& gpt) {
    gpt.set_attributes(partnum, static_cast<uint64_t>(attributes));
  });
}

std::string part_get_disk_guid(Appliance& app, const std::string& device) {
  const BlockDevice disk = app.device(device);
  const std::optional<PartitionTable>& table = app.prober.table(disk);
  if (!table || table->type != "gpt")
    refuse(base::cat(disk.name, ": there is no GPT on it"));
  return upper(table->id);
}

void part_set_disk_guid(Appliance& app, const std::string& device, const std::string& guid) {
  change_entry(app, device, FdiskTable::Kind::Gpt, [&](FdiskTable& gpt) { gpt.set_disk_id(guid); });
}

void part_set_disk_guid_random(Appliance& app, const std::string& device) {
  part_set_disk_guid(app, device, random_uuid());
}

void part_expand_gpt(Appliance& app, const std::string& device) {
  // Writing is enough: libfdisk puts the second table where it belongs.
  change_entry(app, device, FdiskTable::Kind::Gpt, [](FdiskTable&) {});
}

}  // namespace glovebox::guestd
