// SPDX-License-Identifier: GPL-2.0-or-later
//
// How many L2 tables of an image are read when its refcounts run past the end of the file: the last
// of them names a cluster behind that end.
#include "disk/formats/qcow2_extent.h"

#include <endian.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.h"
#include "tests/unit/message_of.h"

namespace glovebox::disk {
namespace {

// Empty but for what counts: one refcount block, the L1 table and `tables` L2 tables.
class ImageOfTables {
 public:
  ImageOfTables(uint32_t cluster_bits, uint32_t tables) {
    header_.cluster_bits = cluster_bits;
    header_.refcount_table_offset = cluster();
    header_.refcount_table_clusters = 1;
    header_.l1_offset = 3 * cluster();
    header_.l1_entries = tables;
    put(2 * cluster() - 8, 2 * cluster());
    put(3 * cluster() - 8, 1);
    const uint64_t first = 3 + (tables * 8 + cluster() - 1) / cluster();
    for (uint32_t i = 0; i < tables; ++i) put(header_.l1_offset + 8 * i, (first + i) * cluster());
    size_ = (first + tables) * cluster();
    put(size_ - 8, size_);
    EXPECT_EQ(ftruncate(fd_.get(), static_cast<off_t>(size_)), 0);
  }

  // Whether the last table's entry is seen.
  std::string refusal() const {
    return message_of([&] { check_qcow2_is_whole(fd_.get(), header_, size_); });
  }
  std::string truncated() const {
    const std::string size = std::to_string(size_);
    return "is truncated: it refers to a cluster at byte " + size + ", the file ends at byte " +
           size;
  }

 private:
  uint64_t cluster() const { return header_.cluster_size(); }
  void put(uint64_t at, uint64_t entry) {
    const uint64_t bytes = htobe64(entry);
    EXPECT_EQ(pwrite(fd_.get(), &bytes, sizeof bytes, static_cast<off_t>(at)), 8);
  }

  base::UniqueFd fd_ = base::make_memfd("image");
  Qcow2Header header_;
  uint64_t size_ = 0;
};

TEST(Qcow2Extent, AtMost2048TablesAreRead) {
  const ImageOfTables most(9, 2048), more(9, 2049);
  EXPECT_EQ(most.refusal(), most.truncated());
  EXPECT_EQ(more.refusal(), "no error");
}

TEST(Qcow2Extent, AtMost128MibOfTablesAreRead) {
  const ImageOfTables most(21, 64), more(21, 65);
  EXPECT_EQ(most.refusal(), most.truncated());
  EXPECT_EQ(more.refusal(), "no error");
}

}  // namespace
}  // namespace glovebox::disk
