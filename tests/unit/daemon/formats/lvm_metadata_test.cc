// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/lvm_metadata.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/unit/message_of.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kUuid = "KtsJ5M-7yM0-XVXW-6pzK-4qQj-xyxP-dUv3cB";
constexpr const char* kPlainUuid = "KtsJ5M7yM0XVXW6pzK4qQjxyxPdUv3cB";

std::string group_text(const std::string& volumes,
                       const std::string& status = R"("RESIZEABLE", "READ", "WRITE")") {
  return "# made by a test\nvg0 {\nid = \"0fGdJe-1rTx-Ho7N-ELMe-9Qfs-eEEK-1tLTpy\"\nseqno = "
         "3\nformat = \"lvm2\"\nstatus = [" +
         status +
         "]\nflags = []\nextent_size = 8192\nmax_lv = 0\nmax_pv = 0\nmetadata_copies = 0\n" +
         "physical_volumes {\npv0 {\nid = \"" + kUuid +
         "\"\ndevice = \"/dev/sdz9\"\nstatus = [\"ALLOCATABLE\"]\nflags = []\npe_start = "
         "2048\npe_count = 896\n}\n}\n" +
         "logical_volumes {\n" + volumes +
         "}\n}\ncontents = \"Text Format Volume Group\"\nversion = 1\n";
}

std::string volume_text(const std::string& name,
                        const std::string& segment,
                        const std::string& status = R"("READ", "WRITE", "VISIBLE")") {
  return name + " {\nid = \"4zk6Yb-jCI1-OpwP-1VBU-Uy3T-6Yd5-jWVfG3\"\nstatus = [" + status +
         "]\nflags = []\nsegment_count = 1\nsegment1 {\n" + segment + "}\n}\n";
}

const std::string kLinear =
    "start_extent = 0\nextent_count = 768\ntype = \"striped\"\nstripe_count = 1\nstripes = "
    "[\n\"pv0\", 128\n]\n";

std::vector<LocatedVolume> volumes_with(const std::string& text) {
  return {{{kPlainUuid, text}, "8:3"}};
}

TEST(LvmPlan, OfALinearVolume) {
  const auto plans = plan_activation(volumes_with(group_text(volume_text("my-root", kLinear))));
  ASSERT_TRUE(plans);
  const MappingPlan expected = {
      .name = {"vg0", "my-root"},
      .mapping_name = "vg0-my--root",
      .mapping_uuid = "LVM-0fGdJe1rTxHo7NELMe9QfseEEK1tLTpy4zk6YbjCI1OpwP1VBUUy3T6Yd5jWVfG3",
      .readonly = false,
      .targets = {{0, 768 * 8192, "linear", "8:3 1050624"}}};
  EXPECT_EQ(*plans, std::vector{expected});
}

TEST(LvmPlan, OfStripes) {
  const auto plans = plan_activation(
      volumes_with(group_text(volume_text("data",
                                          "start_extent = 0\nextent_count = 4\ntype = "
                                          "\"striped\"\nstripe_count = 2\nstripe_size = 128\n"
                                          "stripes = [\"pv0\", 0, \"pv0\", 2]\n"))));
  ASSERT_TRUE(plans);
  EXPECT_EQ(plans->front().targets.front(),
            (MappingPlan::Target{0, 4 * 8192, "striped", "2 128 8:3 2048 8:3 18432"}));
}

TEST(LvmPlan, LeavesToLvmWhatIsNotPlain) {
  const std::string plain = volume_text("root", kLinear);
  EXPECT_TRUE(plan_activation(volumes_with(group_text(plain))));
  EXPECT_FALSE(plan_activation(
      volumes_with(group_text(plain, R"("RESIZEABLE", "READ", "WRITE", "EXPORTED")"))));
  EXPECT_FALSE(plan_activation(
      volumes_with(group_text(volume_text("root", kLinear, R"("READ", "WRITE")")))));
  EXPECT_FALSE(plan_activation(volumes_with(group_text(volume_text("../root", kLinear)))));
  EXPECT_FALSE(plan_activation(
      volumes_with(group_text(volume_text("pool",
                                          "start_extent = 0\nextent_count = 8\ntype = "
                                          "\"thin-pool\"\nmetadata = \"m\"\npool = \"d\"\n")))));
}

TEST(LvmPlan, TakesNamesOf127BytesAtMost) {
  const auto plans_of = [](size_t size) {
    return plan_activation(volumes_with(group_text(volume_text(std::string(size, 'n'), kLinear))));
  };
  EXPECT_TRUE(plans_of(127));
  EXPECT_FALSE(plans_of(128));
}

TEST(LvmPlan, NeedsEveryVolumeOfTheGroupExactlyOnce) {
  std::vector<LocatedVolume> volumes = volumes_with(group_text(volume_text("root", kLinear)));
  volumes.push_back(volumes.front());
  EXPECT_FALSE(plan_activation(volumes));
  volumes = volumes_with(group_text(volume_text("root", kLinear)));
  volumes.front().volume.uuid.back() = 'x';
  EXPECT_FALSE(plan_activation(volumes));
}

TEST(LvmPlan, DoesNotReachBehindTheVolume) {
  EXPECT_FALSE(plan_activation(volumes_with(
      group_text(volume_text("root",
                             "start_extent = 0\nextent_count = 897\ntype = "
                             "\"striped\"\nstripe_count = 1\nstripes = [\"pv0\", 0]\n")))));
  EXPECT_FALSE(plan_activation(volumes_with(group_text(volume_text(
      "root",
      "start_extent = 0\nextent_count = 9223372036854775807\ntype = \"striped\"\nstripe_count = 1\n"
      "stripes = [\"pv0\", 9223372036854775807]\n")))));
}

// --- A physical volume, byte by byte.

class Disk {
 public:
  explicit Disk(const std::string& text, size_t area_bytes = 8192)
      : area_bytes_(area_bytes), bytes_(kArea + area_bytes, '\0') {
    put(kLabel, "LABELONE");
    number(kLabel + 8, 1, 8);
    number(kLabel + 20, 32, 4);
    put(kLabel + 24, "LVM2 001");
    put(kLabel + 32, kPlainUuid);
    number(kLabel + 64, bytes_.size(), 8);
    number(kLabel + 72, 1 << 20, 8);  // the data area, then the end of the list
    number(kLabel + 104, kArea, 8);
    number(kLabel + 112, area_bytes_, 8);
    put(kArea + 4,
        std::string("\x20\x4c\x56\x4d\x32\x20\x78\x5b\x35\x41\x25\x72\x30\x4e\x2a\x3e", 16));
    number(kArea + 20, 1, 4);
    number(kArea + 24, kArea, 8);
    number(kArea + 32, area_bytes_, 8);
    place_text(text, 512);
  }

  // So many areas, all of them the one that there is; then the end of the list.
  Disk& areas(size_t count) {
    for (size_t i = 0; i < count; ++i)
      number(kLabel + 104 + 16 * i, kArea, 8).number(kLabel + 112 + 16 * i, area_bytes_, 8);
    return number(kLabel + 104 + 16 * count, 0, 8).fix_crcs();
  }

  // The text at this offset of the area, going on after the area's header if it is too long.
  Disk& place_text(const std::string& text, size_t offset) {
    const size_t first = std::min(text.size(), area_bytes_ - offset);
    put(kArea + offset, text.substr(0, first));
    put(kArea + 512, first < text.size() ? text.substr(first) : "");
    number(kArea + 40, offset, 8);
    number(kArea + 48, text.size(), 8);
    number(kArea + 56, lvm_crc(text), 4);
    return fix_crcs();
  }

  // A second area of the same size there, with a text of its own.
  Disk& copy_area(size_t to, const std::string& text) {
    const std::string header = bytes_.substr(kArea, 512);
    put(to, header);
    put(to + 512, text);
    number(to + 24, to, 8).number(to + 48, text.size(), 8).number(to + 56, lvm_crc(text), 4);
    return number(to, lvm_crc(bytes_.substr(to + 4, 512 - 4)), 4);
  }

  Disk& number(size_t at, uint64_t value, size_t width) {
    for (size_t i = 0; i < width; ++i) bytes_[at + i] = static_cast<char>(value >> (8 * i));
    return *this;
  }
  Disk& fix_crcs() {
    number(kLabel + 16, lvm_crc(bytes_.substr(kLabel + 20, 512 - 20)), 4);
    return number(kArea, lvm_crc(bytes_.substr(kArea + 4, 512 - 4)), 4);
  }
  Disk& flip(size_t at) {
    bytes_[at] ^= 1;
    return *this;
  }

  PhysicalVolume read() const {
    return read_physical_volume([&](uint64_t offset, size_t count) {
      if (offset > bytes_.size() || count > bytes_.size() - offset)
        throw Error(Errc::Corrupt, "too short");
      return bytes_.substr(offset, count);
    });
  }

  static constexpr size_t kLabel = 512, kArea = 4096;

 private:
  void put(size_t at, const std::string& text) { bytes_.replace(at, text.size(), text); }
  size_t area_bytes_;
  std::string bytes_;
};

std::string refusal(const Disk& disk) {
  return message_of([&] { disk.read(); });
}

const std::string kText = group_text(volume_text("root", kLinear));

TEST(PhysicalVolume, IsRead) {
  const PhysicalVolume volume = Disk(kText).read();
  EXPECT_EQ(volume.uuid, kPlainUuid);
  EXPECT_EQ(volume.metadata, kText);
}

TEST(PhysicalVolume, TextMayWrapAroundTheEndOfItsArea) {
  EXPECT_EQ(Disk(kText).place_text(kText, 8192 - 100).read().metadata, kText);
}

TEST(PhysicalVolume, AnIgnoredAreaHoldsNothing) {
  EXPECT_EQ(Disk(kText).number(Disk::kArea + 60, 1, 4).fix_crcs().read().metadata, "");
}

TEST(PhysicalVolume, HasAtMostEightAreas) {
  EXPECT_EQ(refusal(Disk(kText).areas(8)), "no error");
  EXPECT_EQ(refusal(Disk(kText).areas(9)), "LVM physical volume: too many areas");
}

TEST(PhysicalVolume, TextsHaveALimit) {
  const auto text_of = [](size_t size) { return kText + std::string(size - kText.size(), '\n'); };
  constexpr size_t kArea = 17 << 20;
  EXPECT_EQ(refusal(Disk(text_of(16 << 20), kArea)), "no error");
  EXPECT_EQ(refusal(Disk(text_of((16 << 20) + 1), kArea)),
            "LVM physical volume: a metadata area points outside itself");
}

TEST(PhysicalVolume, TextsLieInTheirArea) {
  const std::string outside = "LVM physical volume: a metadata area points outside itself";
  const auto of_size = [](size_t size) {
    return Disk(kText + std::string(size - kText.size(), '\n'));
  };
  EXPECT_EQ(refusal(of_size(8192 - 512)), "no error");
  EXPECT_EQ(refusal(of_size(8192 - 512).number(Disk::kArea + 48, 8192 - 511, 8).fix_crcs()),
            outside);
  const auto at = [](uint64_t offset) {
    return Disk(kText).number(Disk::kArea + 40, offset, 8).fix_crcs();
  };
  EXPECT_EQ(refusal(at(511)), outside);
  EXPECT_EQ(refusal(at(8192)), outside);
  EXPECT_EQ(refusal(at(8191)), "LVM physical volume: metadata with a wrong checksum");
}

TEST(PhysicalVolume, TheNewestTextCounts) {
  // Two areas: the one that there is, and one right behind it with a text of another number.
  const auto newest = [](const std::string& other) {
    constexpr size_t kSecond = Disk::kArea + 8192;
    Disk disk(kText, 16384);
    disk.copy_area(kSecond, other).areas(2);
    disk.number(Disk::kLabel + 104 + 16, kSecond, 8).fix_crcs();
    return disk.read().metadata;
  };
  std::string older = kText, newer = kText;
  older.replace(older.find("seqno = 3"), 9, "seqno = 2");
  newer.replace(newer.find("seqno = 3"), 9, "seqno = 4");
  EXPECT_EQ(newest(older), kText);
  EXPECT_EQ(newest(newer), newer);
}

TEST(PhysicalVolume, DamageIsNoticed) {
  EXPECT_THROW(Disk(kText).flip(Disk::kLabel + 40).read(), Error);
  EXPECT_THROW(Disk(kText).flip(Disk::kArea + 48).read(), Error);
  EXPECT_THROW(Disk(kText).flip(Disk::kArea + 600).read(), Error);
  EXPECT_THROW(Disk(kText).number(Disk::kArea + 40, 1 << 30, 8).fix_crcs().read(), Error);
  EXPECT_THROW(Disk(kText).number(Disk::kArea + 48, 1ull << 60, 8).fix_crcs().read(), Error);
  EXPECT_THROW(Disk(kText).number(Disk::kLabel + 20, 600, 4).fix_crcs().read(), Error);
}

}  // namespace
}  // namespace glovebox::guestd
