// SPDX-License-Identifier: GPL-2.0-or-later
//
// A report with something in most members, for tests of its formats.
#pragma once

#include "inspect/report/report.h"

namespace glovebox::inspect {

inline Report sample_report() {
  OperatingSystem debian{.root = "/dev/vg0/root",
                         .name = "linux",
                         .arch = "x86_64",
                         .distro = "debian",
                         .product_name = "12.5",
                         .major_version = 12,
                         .minor_version = 5,
                         .package_format = "deb",
                         .package_management = "apt",
                         .hostname = "guest",
                         .osinfo = "debian12"};
  debian.mountpoints = {{"/dev/vg0/root", "/"}, {"/dev/sda2", "/boot"}};
  debian.filesystems = {
      {.dev = "/dev/sda2", .type = "ext4", .label = "boot & <more>", .uuid = "0123-45"},
      {.dev = "/dev/vg0/root", .type = "xfs", .version = 5, .uuid = "89ab-cd"},
      {.dev = "/dev/vg0/swap", .type = "swap"}};
  debian.applications = {
      {.name = "bash",
       .version = "5.2.15",
       .release = "2+b7",
       .arch = "amd64",
       .url = "http://example.org/?a=1&b=2",
       .summary = "GNU \"Bourne Again\" SHell",
       .description = "First line\n.\n\tsecond <line>"},
      {.name = "vim", .epoch = 2, .version = "9.0", .source_package = "vim-source"}};
  debian.icon = std::string(
      "\x89PNG\0\xff 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789", 70);
  OperatingSystem windows{.root = "/dev/sdb1",
                          .name = "windows",
                          .product_name = "Windows \xc3\xa9t\xc3\xa9",
                          .product_variant = "Server",
                          .windows_systemroot = "/Windows",
                          .windows_current_control_set = "ControlSet001",
                          .windows_group_policy = true,
                          .build_id = "17763"};
  windows.mountpoints = {{"/dev/sdb1", "/"}};
  windows.filesystems = {{.dev = "/dev/sdb1", .type = "ntfs"}};
  windows.drive_mappings = {{"C", "/dev/sdb1"}};
  windows.applications = {{.name = "x",
                           .display_name = "X",
                           .install_path = "C:\\X",
                           .publisher = "P",
                           .app_class = "antivirus"}};
  return {{debian, windows}, {{"/dev/sdc1", "wrong fs type"}}};
}

}  // namespace glovebox::inspect
