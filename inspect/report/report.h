// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The report: what inspection found in one guest. Plain values, made by the engine inside the
// appliance, sent to the host as JSON (report_json.h), printed there by inspect/format. Members are
// named after the elements of the virt-inspector XML, which are also the members of the JSON
// document (inspect/report.schema.json), in this order. An empty string or an absent optional means
// "not known". Every string is valid UTF-8 without control characters (descriptions may hold
// newlines): the engine escapes what guests wrote.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace glovebox::inspect {

struct Mountpoint {
  std::string dev;   // a mountable: "/dev/sda1", "/dev/vg0/root", "btrfsvol:/dev/sda2/home"
  std::string path;  // absolute, in the guest
  bool operator==(const Mountpoint&) const = default;
};

struct Filesystem {
  std::string dev;
  std::string type;                     // as blkid names it: "ext4", "swap"
  std::optional<int32_t> version = {};  // XFS only: 4 or 5
  std::string label = {};
  std::string uuid = {};
  bool operator==(const Filesystem&) const = default;
};

struct DriveMapping {
  std::string name;  // "C"
  std::string dev;
  bool operator==(const DriveMapping&) const = default;
};

struct Application {
  std::string name = {};
  std::string display_name = {};
  int32_t epoch = 0;
  std::string version = {};
  std::string release = {};
  std::string arch = {};
  std::string install_path = {};
  std::string publisher = {};
  std::string url = {};
  std::string source_package = {};
  std::string summary = {};
  std::string description = {};
  std::string app_class = {};  // element and member "class"
  bool operator==(const Application&) const = default;
};

struct OperatingSystem {
  std::string root = {};
  std::string name = {};  // "linux", "windows", "freebsd" ...
  std::string arch = {};
  std::string distro = {};
  std::string product_name = {};
  std::string product_variant = {};
  std::optional<int32_t> major_version = {};
  std::optional<int32_t> minor_version = {};
  std::string package_format = {};
  std::string package_management = {};
  std::string windows_systemroot = {};
  std::string windows_current_control_set = {};
  bool windows_group_policy = false;
  std::string hostname = {};
  std::string build_id = {};
  std::string osinfo = {};
  std::vector<Mountpoint> mountpoints = {};
  std::vector<Filesystem> filesystems = {};
  std::vector<DriveMapping> drive_mappings = {};
  // Absent: not asked for, or not readable (then `problems` says why). Present and empty: really
  // none.
  std::optional<std::vector<Application>> applications = {};
  std::string icon = {};  // the bytes of a PNG
  bool operator==(const OperatingSystem&) const = default;
};

// Something that could not be read, or not be believed. Never fatal.
struct Problem {
  std::string where;  // "/dev/sda2", "/dev/vg0/root: /etc/fstab", "plugin linux"
  std::string what;
  bool operator==(const Problem&) const = default;
};

struct Report {
  std::vector<OperatingSystem> operatingsystems = {};
  std::vector<Problem> problems = {};
  bool operator==(const Report&) const = default;
};

}  // namespace glovebox::inspect
