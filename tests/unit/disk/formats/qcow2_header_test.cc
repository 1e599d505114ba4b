// SPDX-License-Identifier: GPL-2.0-or-later
#include "disk/formats/qcow2_header.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/unit/disk/formats/qcow2_bytes.h"

namespace glovebox::disk {
namespace {

constexpr uint64_t kFileSize = 0x30010;

Qcow2Header parse(const Qcow2Bytes& bytes, uint64_t file_size = kFileSize) {
  return parse_qcow2_header(bytes.span(), file_size);
}

std::string refusal(const Qcow2Bytes& bytes, uint64_t file_size = kFileSize) {
  try {
    parse(bytes, file_size);
  } catch (const Error& e) {
    return e.what();
  }
  return "accepted";
}

Qcow2Bytes sound() {
  return {};
}

TEST(Qcow2Header, ReadsEveryField) {
  Qcow2Header expected;
  expected.version = 3;
  expected.cluster_bits = 16;
  expected.virtual_size = 1 << 30;
  expected.l1_offset = 0x30000;
  expected.l1_entries = 2;
  expected.refcount_table_offset = 0x10000;
  expected.refcount_table_clusters = 1;
  expected.refcount_bits = 16;
  EXPECT_EQ(parse(sound()), expected);
}

TEST(Qcow2Header, Version2HasNoFeaturesAndNoLength) {
  // What would be feature bits in version 3 is the first extension in version 2.
  auto bytes = sound().version(2).extension(72, 0xe2792aca, "qcow2").backing("base");
  bytes.put32(80 + 8, 0).put32(84 + 8, 0);
  const Qcow2Header header = parse(bytes);
  EXPECT_EQ(header.backing_format, "qcow2");
  EXPECT_EQ(header.backing_name, "base");
  EXPECT_EQ(header.refcount_bits, 16u);
}

TEST(Qcow2Header, ReadsNamesFromExtensions) {
  auto bytes = sound()
                   .extension(104, 0x6803f857, std::string(48, 'f'))  // feature names: skipped
                   .extension(160, 0xe2792aca, "raw")
                   .extension(176, 0x44415441, "data.raw")
                   .backing("dir/base, with: comma\n.img");
  const Qcow2Header header = parse(bytes);
  EXPECT_EQ(header.backing_format, "raw");
  EXPECT_EQ(header.data_file, "data.raw");
  EXPECT_EQ(header.backing_name, "dir/base, with: comma\n.img");
}

TEST(Qcow2Header, KnowsTheFeatureBits) {
  EXPECT_EQ(parse(sound().features(1)).features, Qcow2Features{.dirty = true});
  EXPECT_EQ(parse(sound().features(2)).features, Qcow2Features{.corrupt = true});
  EXPECT_EQ(parse(sound().features(4)).features, Qcow2Features{.external_data_file = true});
  EXPECT_EQ(parse(sound().features(8).put32(100, 112).put32(104, 0x01000000)).features,
            Qcow2Features{.zstd = true});
  EXPECT_EQ(parse(sound().features(16).put32(36, 4), 0x30020).features,
            Qcow2Features{.extended_l2 = true});
}

TEST(Qcow2Header, RefusesWhatALaterProgramWrote) {
  EXPECT_EQ(refusal(sound().version(4)), "qcow2 version 4 is not known (2 and 3 are)");
  EXPECT_EQ(refusal(sound().features(32)),
            "qcow2 feature bit 5 is unknown: a newer program wrote this image");
  EXPECT_EQ(refusal(sound().features(uint64_t{1} << 63)),
            "qcow2 feature bit 63 is unknown: a newer program wrote this image");
  EXPECT_EQ(refusal(sound().features(8).put32(100, 112).put32(104, 0x02000000)),
            "qcow2 compression type 2 is not known");
}

TEST(Qcow2Header, RefusesDamagedNumbers) {
  EXPECT_EQ(refusal(sound().put32(0, 1)), "qcow2 header: no qcow2 magic");
  EXPECT_EQ(refusal(sound().put32(20, 8)), "qcow2 header: cluster_bits is 8, not 9 to 21");
  EXPECT_EQ(refusal(sound().put32(20, 22)), "qcow2 header: cluster_bits is 22, not 9 to 21");
  EXPECT_EQ(refusal(sound().put32(32, 3)), "qcow2 header: encryption method 3 is not known");
  EXPECT_EQ(refusal(sound().put32(96, 7)), "qcow2 header: refcount_order is 7");
  EXPECT_EQ(refusal(sound().put32(100, 96)), "qcow2 header: its length is 96 bytes");
  EXPECT_EQ(refusal(sound().put32(100, 0x20000)), "qcow2 header: its length is 131072 bytes");
  EXPECT_EQ(refusal(sound().put32(60, 65537)), "qcow2 header: it counts 65537 snapshots");
  EXPECT_EQ(refusal(sound().features(8)),
            "qcow2 header: compression type and feature bits disagree");
  EXPECT_EQ(refusal(sound().put32(20, 13).features(16).put64(24, 4096)),
            "qcow2 header: clusters are too small for subclusters");
}

TEST(Qcow2Header, RefusesTablesThatDoNotFit) {
  EXPECT_EQ(refusal(sound().put32(36, 1)),
            "qcow2 header: the L1 table has 1 entries, a disk of 1073741824 bytes needs 2");
  EXPECT_EQ(refusal(sound().put32(36, (32 << 20) / 8 + 1)),
            "qcow2 header: the disk is larger than the format allows");
  EXPECT_EQ(refusal(sound().put64(24, UINT64_MAX)),
            "qcow2 header: the disk is larger than the format allows");
  EXPECT_EQ(refusal(sound().put64(40, 0x30008)),
            "qcow2 header: the L1 table is at the invalid offset 196616");
  EXPECT_EQ(refusal(sound().put64(48, 0xffffffffffff0000)),
            "qcow2 header: the refcount table is at the invalid offset 18446744073709486080");
  EXPECT_EQ(refusal(sound().put32(56, 0)), "qcow2 header: the refcount table has 0 clusters");
  EXPECT_EQ(refusal(sound().put32(56, UINT32_MAX)),
            "qcow2 header: the refcount table has 4294967295 clusters");
}

TEST(Qcow2Header, RefusesTruncatedFiles) {
  EXPECT_EQ(refusal(sound(), kFileSize - 1),
            "is truncated: the L1 table ends at byte 196624, the file at byte 196623");
  EXPECT_EQ(refusal(sound().put64(40, 0), 0x10001),
            "is truncated: the refcount table ends at byte 131072, the file at byte 65537");
  EXPECT_EQ(refusal(sound().shrink(71)), "qcow2 header: the file ends after 71 bytes");
  EXPECT_EQ(refusal(sound().shrink(80)), "qcow2 header: the file ends inside it");
  EXPECT_EQ(refusal(sound().put32(100, 112).shrink(104)), "qcow2 header: the file ends inside it");
  EXPECT_EQ(refusal(sound().put32(100, 120).shrink(112)), "qcow2 header: the file ends inside it");
}

TEST(Qcow2Header, RefusesDamagedNames) {
  EXPECT_EQ(refusal(sound().backing(std::string(1024, 'x'))),
            "qcow2 header: the backing file's name is 1024 bytes long, more than 1023");
  EXPECT_EQ(refusal(sound().backing("base").put64(8, 65534)),
            "qcow2 header: the backing file's name lies outside the first cluster");
  EXPECT_EQ(refusal(sound().backing("base").put64(8, 16)),
            "qcow2 header: the backing file's name lies outside the first cluster");
  EXPECT_EQ(refusal(sound().backing("base").put64(8, UINT64_MAX)),
            "offset of the backing file's name is out of range");
  EXPECT_EQ(refusal(sound().backing(std::string("a\0b", 3))),
            "qcow2 header: the name of the backing file is empty or holds a NUL byte");
  EXPECT_EQ(refusal(sound().extension(104, 0xe2792aca, "0123456789abcdef")),
            "qcow2 header: the name of the backing format is too long");
  EXPECT_EQ(refusal(sound().extension(104, 0x44415441, "")),
            "qcow2 header: the name of the data file is empty or holds a NUL byte");
  EXPECT_EQ(refusal(sound().put32(104, 7).put32(108, UINT32_MAX)),
            "qcow2 header: extension 7 is 4294967295 bytes long, longer than the header");
}

TEST(Qcow2Header, LongestNamesAreAccepted) {
  EXPECT_EQ(parse(sound().backing(std::string(1023, 'x'))).backing_name, std::string(1023, 'x'));
  EXPECT_EQ(parse(sound().extension(104, 0xe2792aca, "0123456789abcde")).backing_format,
            "0123456789abcde");
}

TEST(Qcow2Header, NumbersAtTheirLimitsAreAccepted) {
  EXPECT_EQ(refusal(sound().put32(20, 9).put64(24, 0).put64(40, 0).put64(48, 0)), "accepted");
  EXPECT_EQ(refusal(sound().put32(20, 21).put64(40, 0).put64(48, 0), 2 << 20), "accepted");
  EXPECT_EQ(refusal(sound().put32(32, 2)), "accepted");
  EXPECT_EQ(refusal(sound().put32(96, 6)), "accepted");
  EXPECT_EQ(refusal(sound().put32(100, 65536)), "accepted");
  EXPECT_EQ(refusal(sound().put32(100, 65536 + 8)), "qcow2 header: its length is 65544 bytes");
  EXPECT_EQ(refusal(sound().put32(60, 65536)), "accepted");
  EXPECT_EQ(refusal(sound().put32(20, 14).features(16).put64(24, 4096)), "accepted");
}

TEST(Qcow2Header, TablesAtTheirLimitsAreAccepted) {
  constexpr uint64_t kLarge = uint64_t{1} << 57;
  EXPECT_EQ(refusal(sound().put32(36, (32 << 20) / 8), kLarge), "accepted");
  EXPECT_EQ(refusal(sound().put32(56, 128), kLarge), "accepted");
  EXPECT_EQ(refusal(sound().put32(56, 129), kLarge),
            "qcow2 header: the refcount table has 129 clusters");
  EXPECT_EQ(refusal(sound().put64(40, uint64_t{1} << 56), kLarge), "accepted");
  EXPECT_EQ(refusal(sound().put64(40, (uint64_t{1} << 56) + 65536), kLarge),
            "qcow2 header: the L1 table is at the invalid offset 72057594037993472");
  EXPECT_EQ(refusal(sound(), kFileSize), "accepted");
}

}  // namespace
}  // namespace glovebox::disk
