// SPDX-License-Identifier: GPL-2.0-or-later
//
// How virt-appliance prints what it found.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tools/virt-appliance/check.h"
#include "tools/virt-appliance/info.h"

namespace glovebox::tools {
namespace {

using std::chrono::microseconds;

const CheckReport kReport = {
    .items = {{"host", "hypervisor", true, "/usr/bin/qemu-system-x86_64, version 7.2.9"},
              {"confinement", "seccomp", true, ""},
              {"confinement", "landlock", false, "the kernel is older than 5.13\033"}},
    .versions = {{"lvm2", "2.03.16"}},
    .steps = {{"restore template", microseconds(123456)}, {"plug drives", microseconds(50)}}};

TEST(Check, Text) {
  EXPECT_EQ(check_text(kReport),
            "glovebox " GLOVEBOX_VERSION
            "\n"
            "\n"
            "host\n"
            "  hypervisor        ok       /usr/bin/qemu-system-x86_64, version 7.2.9\n"
            "\n"
            "confinement\n"
            "  seccomp           ok\n"
            "  landlock          MISSING  the kernel is older than 5.13\\x1b\n"
            "\n"
            "inside the appliance\n"
            "  lvm2              2.03.16\n"
            "\n"
            "time of each step, in milliseconds\n"
            "  restore template  123.5\n"
            "  plug drives       0.1\n"
            "\n"
            "1 item is missing.\n");
  EXPECT_FALSE(kReport.ok());
  EXPECT_TRUE(check_text({}).ends_with("\nEverything is in place.\n"));
}

TEST(Check, Json) {
  const auto document = nlohmann::json::parse(check_json(kReport));
  EXPECT_EQ(document["ok"], false);
  EXPECT_EQ(document["checks"].size(), 3u);
  EXPECT_EQ(document["checks"][2]["detail"], "the kernel is older than 5.13\\x1b");
  EXPECT_EQ(document["versions"]["lvm2"], "2.03.16");
  EXPECT_EQ(document["steps"][0]["microseconds"], 123456);
  EXPECT_TRUE(document["accelerator"].is_null());
  CheckReport tried = kReport;
  tried.accelerator = {"tcg", "internal error\033", "2026-11-30T17:54:47Z"};
  EXPECT_EQ(nlohmann::json::parse(check_json(tried))["accelerator"],
            (nlohmann::json{{"name", "tcg"},
                            {"reason", "internal error\\x1b"},
                            {"checked", "2026-11-30T17:54:47Z"}}));
}

TEST(Check, AcceleratorWithItsReasonAndItsAge) {
  constexpr int64_t kNow = 1796068487;  // 2026-11-30T19:54:47Z
  EXPECT_EQ(accelerator_text({"kvm", "boots in 1.0 s", "2026-11-30T17:54:47Z"}, kNow),
            "kvm: boots in 1.0 s");
  EXPECT_EQ(accelerator_text({"tcg", "internal error", "2026-11-30T17:54:47Z"}, kNow),
            "emulation: internal error; checked 2 hours ago");
  EXPECT_EQ(accelerator_text({"tcg", "/dev/kvm: No such file or directory", ""}, kNow),
            "emulation: /dev/kvm: No such file or directory");
}

const Inventory kInventory = {
    .appliance = ApplianceInfo{.directory = "/usr/share/glovebox",
                               .kernel_version = "6.1.0-18-amd64",
                               .built = "2026-11-22T10:00:00Z",
                               .root_digest = "abc",
                               .bytes = 123731968},
    .appliance_problem = {},
    .caches = {
        {.directory = "/home/me/.cache/glovebox",
         .templates = {{"/home/me/.cache/glovebox/k1", "k1", "2026-11-22T11:59:59Z", 1 << 20}}},
        {.directory = "/var/lib/glovebox"},
        {.directory = "/x", .problem = "/x: not private"}}};
constexpr int64_t kNoon = 1795348800;  // 2026-11-22T12:00:00Z

TEST(Inventory, Text) {
  EXPECT_EQ(inventory_text(kInventory, kNoon),
            "appliance  /usr/share/glovebox\n"
            "  kernel   6.1.0-18-amd64\n"
            "  built    2026-11-22T10:00:00Z (2 hours ago)\n"
            "  size     118M\n"
            "  digest   abc\n"
            "templates  /home/me/.cache/glovebox\n"
            "  k1  1.0M  2026-11-22T11:59:59Z (1 second ago)\n"
            "templates  /var/lib/glovebox\n"
            "  none\n"
            "templates  /x\n"
            "  not readable: /x: not private\n");
  EXPECT_EQ(inventory_text({.appliance_problem = "looked in /a"}, kNoon),
            "appliance  none: looked in /a\n");
}

TEST(Inventory, Json) {
  const auto document = nlohmann::json::parse(inventory_json(kInventory));
  EXPECT_EQ(document["appliance"]["bytes"], 123731968);
  EXPECT_EQ(document["caches"][0]["templates"][0]["key"], "k1");
  EXPECT_EQ(document["caches"][2]["problem"], "/x: not private");
  const auto none = nlohmann::json::parse(inventory_json({.appliance_problem = "looked in /a"}));
  EXPECT_TRUE(none["appliance"].is_null());
  EXPECT_EQ(none["problem"], "looked in /a");
}

TEST(Age, Text) {
  EXPECT_EQ(age_text("2026-11-22T11:58:01Z", kNoon), "119 seconds ago");
  EXPECT_EQ(age_text("2026-11-22T11:00:00Z", kNoon), "60 minutes ago");
  EXPECT_EQ(age_text("2026-11-01T11:00:00Z", kNoon), "21 days ago");
  EXPECT_EQ(age_text("2026-11-22T13:00:00Z", kNoon), "in the future");
  EXPECT_EQ(age_text("yesterday", kNoon), "");
}

}  // namespace
}  // namespace glovebox::tools
