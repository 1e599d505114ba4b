// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "base/error.h"
#include "tools/glovebox-run/library_path.h"

namespace glovebox::tools {
namespace {

TEST(LibraryPath, ComesBeforeWhatWasThere) {
  EXPECT_EQ(library_path("/a", nullptr), "/a");
  EXPECT_EQ(library_path("/a", ""), "/a");
  EXPECT_EQ(library_path("/a", "/b:/c"), "/a:/b:/c");
}

TEST(LibraryPath, IsThatOfTheTreeTheProgramIsIn) {
  const std::string binaries = std::string(GLOVEBOX_BINARY_DIR) + "/bin";
  EXPECT_EQ(library_directory(binaries), std::string(GLOVEBOX_BINARY_DIR) + "/lib/guestfs");
}

TEST(LibraryPath, SaysWhatItLookedFor) {
  try {
    library_directory("/nowhere/bin");
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(),
                 "no libguestfs.so.0 of Glovebox (looked for /nowhere/lib/guestfs/libguestfs.so.0, "
                 "/nowhere/" GLOVEBOX_LIBDIR
                 "/glovebox/guestfs/libguestfs.so.0); is it completely installed?");
  }
}

}  // namespace
}  // namespace glovebox::tools
