// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/devices.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/formats/dm_name.h"

namespace glovebox::guestd {
namespace {

using namespace std::chrono_literals;

constexpr int kUeventBufferBytes = 8 << 20;
constexpr size_t kMaxUeventBytes = 8192;
constexpr size_t kMaxAttributeBytes = 4096;
constexpr auto kQuietBeforeScan =
    500ms;  // nothing heard of a drive for so long: ask for its address
constexpr unsigned long kReadaheadSectors = 2048;  // 1 MiB
constexpr const char* kCommandTimeoutSeconds = "300";
constexpr const char* kLabels = "/dev/disk/guestfs";  // LABEL and LABELn, as the manual has them

using DirStream = std::unique_ptr<DIR, int (*)(DIR*)>;

std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> names;
  const DirStream directory(opendir(path.c_str()), closedir);
  while (const dirent* entry = directory ? readdir(directory.get()) : nullptr)
    if (entry->d_name[0] != '.')
      names.emplace_back(entry->d_name);
  return names;
}

void make_directory(const std::string& path) {
  if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST)
    base::throw_errno(path);
}

void make_parents(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1))
    make_directory(path.substr(0, slash));
}

void make_node(const std::string& path, mode_t mode, dev_t number) {
  unlink(path.c_str());
  if (mknod(path.c_str(), mode, number) != 0)
    base::throw_errno(path);
}

// Character devices of the kernel's /dev, subdirectories included; block devices are ours to name.
void copy_character_nodes(const std::string& from, const std::string& to) {
  for (const std::string& name : names_in(from)) {
    struct stat status = {};
    const std::string source = from + "/" + name;
    if (lstat(source.c_str(), &status) != 0)
      continue;
    if (S_ISDIR(status.st_mode)) {
      make_directory(to + "/" + name);
      copy_character_nodes(source, to + "/" + name);
    } else if (S_ISCHR(status.st_mode)) {
      make_node(to + "/" + name, status.st_mode, status.st_rdev);
    }
  }
}

void replace_dev() {
  const std::string fresh = "/run/dev";
  make_directory(fresh);
  if (mount("dev", fresh.c_str(), "tmpfs", MS_NOSUID, "mode=0755") != 0)
    base::throw_errno("tmpfs for /dev");
  copy_character_nodes("/dev", fresh);
  make_directory(fresh + "/shm");
  make_directory(fresh + "/mapper");
  for (const auto& [link, target] : {std::pair{"fd", "/proc/self/fd"},
                                     {"stdin", "/proc/self/fd/0"},
                                     {"stdout", "/proc/self/fd/1"},
                                     {"stderr", "/proc/self/fd/2"}})
    if (symlink(target, (fresh + "/" + link).c_str()) != 0)
      base::throw_errno(link);
  if (mount(fresh.c_str(), "/dev", nullptr, MS_MOVE, nullptr) != 0)
    base::throw_errno("moving /dev");
}

base::UniqueFd open_uevent_socket() {
  base::UniqueFd socket_fd(
      socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT));
  sockaddr_nl address = {};
  address.nl_family = AF_NETLINK;
  address.nl_groups = 1;  // what the kernel itself sends
  if (!socket_fd.valid() ||
      setsockopt(socket_fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kUeventBufferBytes,
                 sizeof kUeventBufferBytes) != 0 ||
      bind(socket_fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    base::throw_errno("uevent socket");
  return socket_fd;
}

std::optional<uint32_t> find_scsi_host() {
  for (const std::string& name : names_in("/sys/class/scsi_host")) {
    uint32_t number = 0;
    const std::string path = base::cat("/sys/class/scsi_host/", name, "/proc_name");
    if (access(path.c_str(), R_OK) == 0 &&
        base::trim(base::read_file(path, 256)).starts_with("virtio_scsi") &&
        std::from_chars(name.data() + 4, name.data() + name.size(), number).ec == std::errc())
      return number;
  }
  return std::nullopt;
}

// Settings of a fresh disk: fewer, larger reads, and no command given up because the host is busy.
void tune_disk(const std::string& node, const std::string& kernel_name) {
  const base::UniqueFd fd(open(node.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.valid())
    ioctl(fd.get(), BLKRASET, kReadaheadSectors);  // a wish; without it reads are only slower
  const base::UniqueFd timeout(
      open(base::cat("/sys/class/block/", kernel_name, "/device/timeout").c_str(),
           O_WRONLY | O_CLOEXEC));
  if (timeout.valid())
    base::write_all(timeout.get(), kCommandTimeoutSeconds, "command timeout");
}

bool is_hidden(std::string_view kernel_name) {
  return kernel_name.starts_with("vd") || kernel_name.starts_with("loop") ||
         kernel_name.starts_with("ram");
}

// The number in "md127" or "dm-3", for sorting.
uint32_t number_in(const std::string& kernel_name, size_t prefix) {
  uint32_t number = 0;
  std::from_chars(kernel_name.data() + std::min(prefix, kernel_name.size()),
                  kernel_name.data() + kernel_name.size(), number);
  return number;
}

// A small file of sysfs; empty if there is none.
std::string read_attribute(const std::string& path) {
  const base::UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid())
    return {};
  return std::string(base::trim(base::read_all(fd.get(), kMaxAttributeBytes, path)));
}

// LVM makes /dev/GROUP/VOLUME for volumes that people see, and for no others: parts of mirrors,
// pools and snapshots have none.
std::optional<std::string> volume_link(const BlockDevice& mapping) {
  const std::optional<LogicalVolumeName> name =
      split_mapping_name(mapping_attribute(mapping, "name"));
  struct stat status = {};
  if (!name)
    return std::nullopt;
  const std::string link = base::cat("/dev/", name->group, "/", name->volume);
  if (stat(link.c_str(), &status) != 0 || status.st_rdev != mapping.number)
    return std::nullopt;
  return link;
}

// The links to a drive and to its partitions, those that are gone included.
void remove_labels(const std::string& drive) {
  for (const std::string& label : names_in(kLabels)) {
    const std::string link = base::cat(kLabels, "/", label);
    char target[64];
    const ssize_t size = readlink(link.c_str(), target, sizeof target);
    const std::optional<DriveName> name =
        parse_drive_name({target, static_cast<size_t>(std::max<ssize_t>(size, 0))});
    if (name && drive_name(name->drive) == drive)
      unlink(link.c_str());
  }
}

// The name that people know a mapping by: a volume's, or /dev/mapper/NAME for one that somebody
// else made.
std::optional<std::string> mapping_name(const BlockDevice& mapping) {
  if (const std::optional<std::string> link = volume_link(mapping))
    return link;
  struct stat status = {};
  const std::string node = "/dev/mapper/" + mapping_attribute(mapping, "name");
  if (mapping_attribute(mapping, "uuid").starts_with("LVM-") ||
      ::stat(node.c_str(), &status) != 0 || status.st_rdev != mapping.number)
    return std::nullopt;
  return node;
}

}  // namespace

std::string mapping_attribute(const BlockDevice& device, const char* attribute) {
  return device.kernel_name.starts_with("dm-")
             ? read_attribute(base::cat("/sys/class/block/", device.kernel_name, "/dm/", attribute))
             : "";
}

Devices::Devices() : uevents_(open_uevent_socket()), scsi_host_(find_scsi_host()) {
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
  make_labels();
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
    if (!base::wait_for(uevents_.get(), POLLIN,
                        base::Deadline::after(kQuietBeforeScan).min(deadline)))
      scan_address(*missing());
    update();
  }
}

void Devices::unplug(const BlockDevice& drive, const base::Deadline& deadline) {
  const std::optional<DriveName> name = parse_drive_name(drive.name);
  const auto slot = std::ranges::find_if(
      slots_, [&](const DriveSlot& other) { return name && other.index == name->drive; });
  if (slot == slots_.end())
    throw Error(Errc::NotFound, base::cat(drive.name, ": No such file or directory"), ENOENT);
  // The kernel writes back the drive's cache; the write returns when the drive is gone.
  const std::string path = base::cat("/sys/class/block/", drive.kernel_name, "/device/delete");
  base::write_all(base::open_file(path, O_WRONLY).get(), "1", path);
  if (!await_removal(drive, deadline))
    throw Error(Errc::Timeout, base::cat(drive.name, ": the kernel does not let go of it"),
                ETIMEDOUT);
  remove_labels(drive.name);
  drop({*slot});
}

bool Devices::update() {
  bool changed = false;
  char buffer[kMaxUeventBytes];
  for (;;) {
    const ssize_t count = recv(uevents_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (count < 0 && errno == ENOBUFS) {
      rescan_everything();
      changed = true;
      continue;
    }
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      break;
    const std::optional<Uevent> event = parse_uevent({buffer, static_cast<size_t>(count)});
    if (event && event->subsystem == "block" && !is_hidden(event->devname)) {
      take(*event);
      changed = true;
    }
  }
  if (changed) {
    rename_nodes();
    make_labels();
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
    if (!base::wait_for(uevents_.get(), POLLIN, deadline))
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
    const base::UniqueFd fd(
        open(base::cat("/sys", child, "/uevent").c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid())
      continue;
    std::string text = "add@" + child + "\n" + base::read_all(fd.get(), kMaxUeventBytes, child);
    std::replace(text.begin(), text.end(), '\n', '\0');
    if (const std::optional<Uevent> event = parse_uevent(text); event && event->partition != 0)
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
      make_node(name, S_IFBLK | 0600, node.number);
      if (node.partition == 0 && node.address)
        tune_disk(name, node.kernel_name);
    }
    node.name = name;
  }
}

// After an overflow of the event socket, and at the start: what is in sysfs is the truth.
void Devices::rescan_everything() {
  nodes_.clear();
  for (const std::string& name : names_in("/sys/class/block")) {
    if (is_hidden(name))
      continue;
    const std::unique_ptr<char, void (*)(void*)> real(
        realpath(("/sys/class/block/" + name).c_str(), nullptr), free);
    if (!real)
      continue;
    const std::string devpath = std::string(real.get()).substr(std::string_view("/sys").size());
    std::string text = "add@" + devpath + "\n" +
                       base::read_file(std::string(real.get()) + "/uevent", kMaxUeventBytes);
    std::replace(text.begin(), text.end(), '\n', '\0');
    if (const std::optional<Uevent> event = parse_uevent(text))
      take(*event);
  }
}

bool Devices::present(const DriveSlot& slot) const {
  return std::any_of(nodes_.begin(), nodes_.end(), [&](const auto& entry) {
    const Node& node = entry.second;
    return node.partition == 0 && node.address && node.address->target == slot.target &&
           node.address->lun == slot.lun;
  });
}

void Devices::scan_address(const DriveSlot& slot) const {
  if (!scsi_host_)
    return;
  const base::UniqueFd fd(open(base::cat("/sys/class/scsi_host/host", *scsi_host_, "/scan").c_str(),
                               O_WRONLY | O_CLOEXEC));
  if (fd.valid())
    base::write_all(fd.get(), base::cat("0 ", slot.target, " ", slot.lun),
                    "scan of a SCSI address");
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

// A link to what is no more there leads nowhere.
void Devices::make_labels() const {
  for (const auto& [label, name] : labels()) {
    const std::string link = base::cat(kLabels, "/", label);
    make_parents(link);
    if (symlink(name.c_str(), link.c_str()) != 0 && errno != EEXIST)
      base::throw_errno(link);
  }
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
