// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/lvm_report.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/unit/message_of.h"

namespace glovebox::guestd {
namespace {

// As lvm 2.03.16 prints them.
constexpr const char* kLv =
    "  root|4zk6Yb-jCI1-OpwP-1VBU-Uy3T-6Yd5-jWVfG3|-wi-a-----|-1|-1|254|0|3221225472|1|||||||\n";
constexpr const char* kPv =
    "  "
    "/dev/"
    "sda3|KtsJ5M-7yM0-XVXW-6pzK-4qQj-xyxP-dUv3cB|lvm2|3758096384|3759144960|0|3758096384|a--|896|"
    "896||1048576|1|520192\n";
constexpr const char* kVg =
    "  "
    "vg0|0fGdJe-1rTx-Ho7N-ELMe-9Qfs-eEEK-1tLTpy|lvm2|wz--n-|3758096384|0||4194304|896|0|0|0|1|2|0|"
    "3||1|520192\n";

TEST(LvmReport, ReadsLogicalVolumes) {
  const auto rows = parse_lv_report(kLv);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].lv_name, "root");
  EXPECT_EQ(rows[0].lv_uuid, "4zk6YbjCI1OpwP1VBUUy3T6Yd5jWVfG3");
  EXPECT_EQ(rows[0].lv_kernel_major, 254);
  EXPECT_EQ(rows[0].lv_size, 3221225472u);
  EXPECT_EQ(rows[0].snap_percent, -1);
  EXPECT_EQ(rows[0].copy_percent, -1);
}

TEST(LvmReport, ReadsPhysicalVolumesAndGroups) {
  const auto pvs = parse_pv_report(kPv);
  ASSERT_EQ(pvs.size(), 1u);
  EXPECT_EQ(pvs[0].pv_name, "/dev/sda3");
  EXPECT_EQ(pvs[0].pv_mda_free, 520192u);
  const auto vgs = parse_vg_report(kVg);
  ASSERT_EQ(vgs.size(), 1u);
  EXPECT_EQ(vgs[0].vg_name, "vg0");
  EXPECT_EQ(vgs[0].vg_mda_free, 520192u);
}

TEST(LvmReport, RefusesRowsOfAnotherShape) {
  EXPECT_THROW(parse_lv_report("  root|x\n"), Error);
  EXPECT_THROW(parse_lv_report(std::string(kLv).insert(2, "a|")), Error);
  EXPECT_THROW(parse_pv_report("WARNING: something is wrong\n"), Error);
}

TEST(LvmReport, HasALimit) {
  std::string text;
  for (size_t i = 0; i < 65536; ++i) text += kPv;
  EXPECT_EQ(parse_pv_report(text).size(), 65536u);
  EXPECT_EQ(message_of([&] { parse_pv_report(text + kPv); }), "LVM's report is too long");
}

TEST(LvmReport, NamesAreTrimmedLines) {
  EXPECT_EQ(parse_names("  vg0\n\n  vg1  \n"), (std::vector<std::string>{"vg0", "vg1"}));
}

}  // namespace
}  // namespace glovebox::guestd
