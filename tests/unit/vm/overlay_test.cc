// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/overlay.h"

#include <gtest/gtest.h>

#include "base/child.h"
#include "base/error.h"
#include "base/files.h"

using namespace glovebox;

namespace {

// qemu-img is the judge of whether the bytes are a qcow2 image.
std::string qemu_img(const std::string& verb, const std::string& image) {
  return base::run_ok({.argv = {"qemu-img", verb, "-f", "qcow2", image}}).stdout_text;
}

}  // namespace

TEST(Overlay, IsACleanImageOfTheSizeAskedFor) {
  const base::TempDir dir;
  const std::string path = dir.path() + "/overlay.qcow2";
  for (const uint64_t size : {uint64_t{512}, uint64_t{1} << 30, (uint64_t{5} << 40) + 512}) {
    base::replace_file(path, vm::empty_qcow2(size));
    EXPECT_EQ(qemu_img("check", path), "No errors were found on the image.\n" +
                                           std::string("Image end offset: ") +
                                           std::to_string(vm::empty_qcow2(size).size()) + "\n");
    EXPECT_NE(qemu_img("info", path).find("(" + std::to_string(size) + " bytes)"),
              std::string::npos);
  }
}

TEST(Overlay, RefusesASizeThatTheFormatCannotHold) {
  EXPECT_THROW(vm::empty_qcow2(uint64_t{1} << 62), Error);
  EXPECT_THROW(vm::empty_qcow2(UINT64_MAX), Error);
}
