// SPDX-License-Identifier: GPL-2.0-or-later
//
// The engine loads the example plugin that example_plugin_test.sh built out of tree
// ($EXAMPLE_PLUGIN).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "inspect/engine/engine.h"
#include "tests/unit/inspect/engine/fake_volumes.h"

namespace glovebox::inspect {
namespace {

TEST(ExamplePlugin, InspectsItsSystem) {
  const char* const path = std::getenv("EXAMPLE_PLUGIN");
  ASSERT_TRUE(path) << "run example_plugin_test.sh";
  FakeVolumes volumes;
  volumes.add({.device = "/dev/sda1", .vfs_type = "ext4"});
  volumes.add({.device = "/dev/sda2", .vfs_type = "ext4", .label = "var"});
  volumes.file("/dev/sda1", "/etc/example-release", "ExampleOS 3.1\n");
  volumes.file("/dev/sda1", "/etc/example-mounts", "/dev/sda1 /\nLABEL=var /var\n");
  volumes.file("/dev/sda2", "/packages/editor", "1.2\n");
  volumes.file("/dev/sda2", "/packages/shell", "4.0\n");
  Engine engine("");
  engine.add_plugin(path);
  ASSERT_EQ(engine.plugins().at(0).problem, "");
  EXPECT_EQ(engine.plugins().at(0).name, "example");
  const OperatingSystem expected{
      .root = "/dev/sda1",
      .name = "example",
      .distro = "exampleos",
      .product_name = "ExampleOS 3.1",
      .major_version = 3,
      .minor_version = 1,
      .mountpoints = {{"/dev/sda1", "/"}, {"/dev/sda2", "/var"}},
      .filesystems = {{.dev = "/dev/sda1", .type = "ext4"},
                      {.dev = "/dev/sda2", .type = "ext4", .label = "var"}},
      .applications = {
          {{.name = "editor", .version = "1.2"}, {.name = "shell", .version = "4.0"}}}};
  EXPECT_EQ(engine.inspect(volumes), (Report{{expected}, {}}));
}

}  // namespace
}  // namespace glovebox::inspect
