// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/devices.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/block/dev_directory.h"
#include "daemon/block/mapping_name.h"
#include "daemon/block/sysfs.h"

namespace glovebox::guestd {
namespace {

using namespace std::chrono_literals;

constexpr auto kQuietBeforeScan =
    500ms;  // nothing heard of a drive for so long: ask for its address

// The number in "md127" or "dm-3", for sorting.
uint32_t number_in(const std::string& kernel_name, size_t prefix) {
  uint32_t number = 0;
  std::from_chars(kernel_name.data() + std::min(prefix, kernel_name.size()),
                  kernel_name.data() + kernel_name.size(), number);
  return number;
}

}  // namespace

Devices::Devices() {
  replace_dev();
  rescan_everything();
}

void Devices::plug(const std::vector<DriveSlot>& slots, const base::Deadline& deadline) {
  for (const DriveSlot& slot : slots)
    if (slot.index >= kMaxDrives)
      throw Error(Errc::Usage, base::cat("more than ", kMaxDrives, " drives"), EINVAL);
  std::vector<DriveSlot> all = slots_;
  all.insert(all.end(), slots.begin(), slots.end());
  std::ranges::sort(all, {}, &DriveSlot::index);
  if (std::ranges::adjacent_find(all, {}, &DriveSlot::index) != all.end())
    throw Error(Errc::Usage, "two drives have the same index", EINVAL);
  slots_ = std::move(all);
  try {
    await_drives(slots, deadline);
  } catch (...) {
    drop(slots);
    throw;
  }
  make_label_links(labels());
}

void Devices::drop(const std::vector<DriveSlot>& slots) {
  std::erase_if(slots_, [&](const DriveSlot& slot) {
    return std::ranges::find(slots, slot.index, &DriveSlot::index) != slots.end();
  });
  rename_nodes();
}

void Devices::await_drives(const std::vector<DriveSlot>& slots, const base::Deadline& deadline) {
  const auto missing = [&] {
    return std::find_if(slots.begin(), slots.end(),
                        [&](const DriveSlot& slot) { return !present(slot); });
  };
  rename_nodes();
  update();
  while (missing() != slots.end()) {
    if (deadline.passed())
      throw Error(Errc::Timeout,
                  base::cat(drive_name(missing()->index), ": the drive at SCSI target ",
                            missing()->target, " lun ", missing()->lun, " did not appear"),
                  ETIMEDOUT);
    if (!uevents_.wait(base::Deadline::after(kQuietBeforeScan).min(deadline)))
      scsi_host_.scan(missing()->target, missing()->lun);
    update();
  }
}

void Devices::unplug(const BlockDevice& drive, const base::Deadline& deadline) {
  const std::optional<DriveName> name = parse_drive_name(drive.name);
  const auto slot = std::ranges::find_if(
      slots_, [&](const DriveSlot& other) { return name && other.index == name->drive; });
  if (slot == slots_.end())
    throw Error(Errc::NotFound, base::cat(drive.name, ": No such file or directory"), ENOENT);
  delete_disk(drive.kernel_name);
  if (!await_removal(drive, deadline))
    throw Error(Errc::Timeout, base::cat(drive.name, ": the kernel does not release it"),
                ETIMEDOUT);
  remove_label_links(drive.name);
  drop({*slot});
}

bool Devices::update() {
  bool changed = false;
  Uevent event;
  for (auto heard = uevents_.next(event); heard != UeventSocket::Heard::Nothing;
       heard = uevents_.next(event)) {
    if (heard == UeventSocket::Heard::Overflow)
      rescan_everything();
    else
      take(event);
    changed = true;
  }
  if (changed) {
    rename_nodes();
    make_label_links(labels());
  }
  return changed;
}

bool Devices::await_removal(const BlockDevice& device, const base::Deadline& deadline) {
  for (;;) {
    update();
    if (std::none_of(nodes_.begin(), nodes_.end(), [&](const auto& entry) {
          return entry.second.kernel_name == device.kernel_name;
        }))
      return true;
    if (!uevents_.wait(deadline))
      return false;
  }
}

void Devices::take(const Uevent& event) {
  if (event.action == "remove") {
    if (const auto found = nodes_.find(event.devpath); found != nodes_.end()) {
      if (!found->second.name.empty())
        unlink(found->second.name.c_str());
      nodes_.erase(found);
    }
    return;
  }
  Node& node = nodes_[event.devpath];
  node.kernel_name = event.devname;
  node.number = makedev(event.major, event.minor);
  node.partition = event.partition;
  node.address = scsi_address_of(event.devpath);
  if (event.partition == 0)
    add_partitions(event.devpath);
}

// The kernel tells of the disk first and of its partitions right after; whoever waits for the disk
// wants both.
void Devices::add_partitions(const std::string& devpath) {
  const std::string disk = nodes_[devpath].kernel_name;
  for (const std::string& name : names_in("/sys" + devpath)) {
    const std::string child = base::cat(devpath, "/", name);
    if (!name.starts_with(disk) || nodes_.contains(child))
      continue;
    if (const std::optional<Uevent> event = uevent_of(child); event && event->partition != 0)
      take(*event);
  }
}

void Devices::rename_nodes() {
  for (auto& [path, node] : nodes_) {
    const std::string name = wanted_name(node);
    if (name == node.name)
      continue;
    if (!node.name.empty())
      unlink(node.name.c_str());
    if (!name.empty()) {
      make_block_node(name, node.number);
      if (node.partition == 0 && node.address)
        tune_disk(name, node.kernel_name);
    }
    node.name = name;
  }
}

// After an overflow of the event socket, and at the start: what is in sysfs is the truth.
void Devices::rescan_everything() {
  nodes_.clear();
  for (const Uevent& event : present_uevents()) take(event);
}

bool Devices::present(const DriveSlot& slot) const {
  return std::any_of(nodes_.begin(), nodes_.end(), [&](const auto& entry) {
    const Node& node = entry.second;
    return node.partition == 0 && node.address && node.address->target == slot.target &&
           node.address->lun == slot.lun;
  });
}

std::optional<uint32_t> Devices::drive_of(const Node& node) const {
  if (!node.address)
    return std::nullopt;
  for (const DriveSlot& slot : slots_)
    if (slot.target == node.address->target && slot.lun == node.address->lun)
      return slot.index;
  return std::nullopt;
}

std::string Devices::wanted_name(const Node& node) const {
  if (const std::optional<uint32_t> drive = drive_of(node))
    return to_string(DriveName{*drive, node.partition});
  return node.address ? "" : "/dev/" + node.kernel_name;  // md127, md127p1, dm-0
}

std::vector<std::pair<std::string, std::string>> Devices::labels() const {
  std::vector<std::pair<std::string, std::string>> result;
  for (const DriveSlot& slot : slots_) {
    if (slot.label.empty() || slot.label.find('/') != std::string::npos)
      continue;
    const BlockDevice drive = {drive_name(slot.index)};
    result.push_back({slot.label, drive.name});
    for (const BlockDevice& partition : partitions_of(drive))
      result.push_back({slot.label + partition.name.substr(drive.name.size()), partition.name});
  }
  return result;
}

std::vector<BlockDevice> Devices::drives() const {
  std::vector<BlockDevice> result(slots_.empty() ? 0 : slots_.back().index + 1);
  for (const auto& [path, node] : nodes_)
    if (const std::optional<uint32_t> drive = drive_of(node); drive && node.partition == 0)
      result[*drive] = {node.name, node.number, node.kernel_name};
  std::erase_if(result, [](const BlockDevice& device) { return device.name.empty(); });
  return result;
}

std::vector<BlockDevice> Devices::partitions_of(const BlockDevice& disk) const {
  std::vector<std::pair<uint32_t, BlockDevice>> found;
  const std::optional<DriveName> drive = parse_drive_name(disk.name);
  for (const auto& [path, node] : nodes_) {
    if (node.partition == 0)
      continue;
    const bool of_drive = drive && drive_of(node) == drive->drive;
    const bool of_array =
        !drive && !disk.kernel_name.empty() && node.kernel_name.starts_with(disk.kernel_name + "p");
    if (of_drive || of_array)
      found.push_back({node.partition, {node.name, node.number, node.kernel_name}});
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<BlockDevice> result;
  for (auto& [number, device] : found) result.push_back(std::move(device));
  return result;
}

std::vector<BlockDevice> Devices::partitions() const {
  std::vector<BlockDevice> result;
  for (const auto& disks : {drives(), arrays()})
    for (const BlockDevice& disk : disks)
      for (BlockDevice& partition : partitions_of(disk)) result.push_back(std::move(partition));
  return result;
}

namespace {

template <typename Nodes>
std::vector<BlockDevice> whole_devices(const Nodes& nodes, const std::string& prefix) {
  std::vector<BlockDevice> result;
  for (const auto& [path, node] : nodes)
    if (node.partition == 0 && node.kernel_name.starts_with(prefix))
      result.push_back({node.name, node.number, node.kernel_name});
  std::sort(result.begin(), result.end(), [&](const BlockDevice& a, const BlockDevice& b) {
    return number_in(a.kernel_name, prefix.size()) < number_in(b.kernel_name, prefix.size());
  });
  return result;
}

}  // namespace

std::vector<BlockDevice> Devices::arrays() const {
  return whole_devices(nodes_, "md");
}

std::vector<BlockDevice> Devices::mappings() const {
  std::vector<BlockDevice> result = whole_devices(nodes_, "dm-");
  for (BlockDevice& mapping : result) mapping.name = mapping_name(mapping).value_or(mapping.name);
  return result;
}

std::string Devices::name_of(const std::string& kernel_name) const {
  for (const auto& [path, node] : nodes_)
    if (node.kernel_name == kernel_name && !node.name.empty())
      return node.name;
  return "/dev/" + kernel_name;
}

bool Devices::all_readonly() const {
  return std::all_of(slots_.begin(), slots_.end(),
                     [](const DriveSlot& slot) { return slot.readonly; });
}

std::optional<BlockDevice> Devices::find(std::string_view name) const {
  const std::optional<DriveName> drive = parse_drive_name(name);
  const std::string path = drive ? to_string(*drive) : std::string(name);
  struct stat status = {};
  if (!path.starts_with("/dev/") || stat(path.c_str(), &status) != 0 || !S_ISBLK(status.st_mode))
    return std::nullopt;
  for (const auto& [devpath, node] : nodes_) {
    if (node.number != status.st_rdev)
      continue;
    BlockDevice device = {node.name, node.number, node.kernel_name};
    if (node.kernel_name.starts_with("dm-"))
      device.name = mapping_name(device).value_or(path);
    return device;
  }
  return std::nullopt;
}

}  // namespace glovebox::guestd
