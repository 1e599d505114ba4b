// SPDX-License-Identifier: GPL-2.0-or-later
#include "disk/formats/backing_name.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace glovebox::disk {
namespace {

std::string refusal(const std::string& name) {
  try {
    return "accepted: " + resolve_backing_name("/images/top.img", name);
  } catch (const Error& e) {
    return e.what();
  }
}

TEST(BackingName, RelativeNamesStartAtTheImage) {
  EXPECT_EQ(resolve_backing_name("/images/top.img", "base.img"), "/images/base.img");
  EXPECT_EQ(resolve_backing_name("/images/top.img", "sub/base.img"), "/images/sub/base.img");
  EXPECT_EQ(resolve_backing_name("/top.img", "base.img"), "/base.img");
  EXPECT_EQ(resolve_backing_name("top.img", "base.img"), "./base.img");
  EXPECT_EQ(resolve_backing_name("/images/top.img", "/other/base.img"), "/other/base.img");
  EXPECT_EQ(resolve_backing_name("/images/top.img", "file:/other/base.img"), "/other/base.img");
}

TEST(BackingName, OddNamesStayNames) {
  EXPECT_EQ(resolve_backing_name("/i/top", "a b,c=d\n.img"), "/i/a b,c=d\n.img");
  EXPECT_EQ(resolve_backing_name("/i/top", "./a:b"), "/i/./a:b");
}

TEST(BackingName, ProtocolsAreRefused) {
  EXPECT_EQ(refusal("nbd:localhost:10809"),
            "backing file 'nbd:localhost:10809' is not a plain file name; 'nbd:' is not opened "
            "from a header");
  EXPECT_EQ(refusal("json:{\"driver\":\"nbd\"}"),
            "backing file 'json:{\"driver\":\"nbd\"}' is not a plain file name; 'json:' is not "
            "opened from a header");
  EXPECT_EQ(refusal("https://example.org/\n"),
            "backing file 'https://example.org/\\x0a' is not a plain file name; 'https:' is not "
            "opened from a header");
  EXPECT_EQ(refusal("file:"), "the backing file's name is empty");
}

TEST(BackingName, LiesBelow) {
  EXPECT_TRUE(lies_below("/a/b", "/a"));
  EXPECT_TRUE(lies_below("/a/b/c", "/a"));
  EXPECT_FALSE(lies_below("/ab", "/a"));
  EXPECT_FALSE(lies_below("/a", "/a"));
  EXPECT_FALSE(lies_below("", "/a"));
  EXPECT_TRUE(lies_below("/disk.img", "/"));
  EXPECT_FALSE(lies_below("/etc/shadow", "/"));
}

TEST(BackingName, WithinReach) {
  EXPECT_TRUE(within_reach({"/a/top.img"}, {"/a/base.img"}));
  EXPECT_TRUE(within_reach({"/a/top.img"}, {"/a/b/base.img"}));
  EXPECT_FALSE(within_reach({"/a/b/top.img"}, {"/a/base.img"}));
  EXPECT_FALSE(within_reach({"/a/top.img"}, {"/a/disk", true}));
  EXPECT_FALSE(within_reach({"/dev/dm-0", true}, {"/dev/shm/private"}));
  EXPECT_FALSE(within_reach({""}, {"/a/base.img"}));
  EXPECT_FALSE(within_reach({""}, {""}));
}

}  // namespace
}  // namespace glovebox::disk
