// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/qemu/overlay.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "base/files.h"
#include "tests/unit/message_of.h"

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

TEST(Overlay, IsAFileWithoutANameInTheDirectory) {
  const base::TempDir dir;
  const base::UniqueFd fd = vm::make_overlay(512, {dir.path(), "TMPDIR"});
  const std::string link = std::filesystem::read_symlink(base::cat("/proc/self/fd/", fd.get()));
  EXPECT_TRUE(link.starts_with(dir.path() + "/")) << link;
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(Overlay, IsRefusedWhereTheNamedDirectoryCannotBeUsed) {
  const base::TempDir dir;
  base::replace_file(dir.path() + "/file", "");
  const auto refusal = [](const std::string& directory, const std::string& named_by) {
    return message_of([&] { vm::make_overlay(512, {directory, named_by}); });
  };
  const std::string cannot = "the throw-away layer of a read-only drive cannot be made there: ";
  EXPECT_EQ(refusal("/nope", "TMPDIR"), "/nope (TMPDIR): " + cannot + "No such file or directory");
  EXPECT_EQ(refusal("rel\n", "LIBGUESTFS_TMPDIR"),
            "rel\\x0a (LIBGUESTFS_TMPDIR): " + cannot + "No such file or directory");
  EXPECT_EQ(refusal(dir.path() + "/file", "set_tmpdir"),
            dir.path() + "/file (set_tmpdir): " + cannot + "Not a directory");
  // Makes files neither without a name nor with one.
  EXPECT_EQ(refusal("/proc", "TMPDIR"),
            "/proc (TMPDIR): " + cannot +
                (geteuid() == 0 ? "No such file or directory" : "Permission denied"));
  if (geteuid() != 0) {  // root may write anywhere
    std::filesystem::permissions(dir.path(), std::filesystem::perms::owner_read);
    EXPECT_EQ(refusal(dir.path(), "TMPDIR"),
              dir.path() + " (TMPDIR): " + cannot + "Permission denied");
    std::filesystem::permissions(dir.path(), std::filesystem::perms::owner_all);
  }
}

TEST(Overlay, IsInMemoryWhereNothingWasNamedAndTheDefaultCannotBeUsed) {
  const base::UniqueFd fd = vm::make_overlay(512, {"/nope", ""});
  const std::string link = std::filesystem::read_symlink(base::cat("/proc/self/fd/", fd.get()));
  EXPECT_EQ(link, "/memfd:glovebox-overlay (deleted)");
}

TEST(Overlay, GoesWhereItIsToldFirst) {
  setenv("LIBGUESTFS_TMPDIR", "/first", 1);
  setenv("TMPDIR", "/second", 1);
  const auto named = [](const std::string& chosen) {
    const vm::OverlayDirectory directory = vm::overlay_directory(chosen);
    return directory.path + " " + directory.named_by;
  };
  EXPECT_EQ(named("/chosen"), "/chosen set_tmpdir");
  EXPECT_EQ(named(""), "/first LIBGUESTFS_TMPDIR");
  unsetenv("LIBGUESTFS_TMPDIR");
  EXPECT_EQ(named(""), "/second TMPDIR");
  setenv("TMPDIR", "", 1);
  EXPECT_EQ(named(""), "/tmp ");
}

TEST(Overlay, RefusesASizeThatTheFormatCannotHold) {
  const auto refusal = [](uint64_t size) { return message_of([&] { vm::empty_qcow2(size); }); };
  constexpr uint64_t kMost = uint64_t{2} << 50;
  EXPECT_EQ(refusal(kMost), "no error");
  EXPECT_EQ(refusal(kMost + 1), "the disk is larger than an overlay can be (2 PiB)");
  EXPECT_EQ(refusal(UINT64_MAX), "disk size is out of range");
}
