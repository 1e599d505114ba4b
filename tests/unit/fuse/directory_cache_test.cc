// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuse/directory_cache.h"

#include <gtest/gtest.h>

namespace glovebox::fuse {
namespace {

using std::chrono::seconds;

struct Cache {
  DirectoryCache::Time now{};
  DirectoryCache cache;
  explicit Cache(seconds timeout) : cache(timeout, [this] { return now; }) {}
};

TEST(DirectoryCache, BelievesForAWhile) {
  Cache t(seconds(60));
  EXPECT_EQ(t.cache.find("/a"), nullptr);
  t.cache.put("/a", {.target = "b"});
  t.now += seconds(59);
  ASSERT_NE(t.cache.find("/a"), nullptr);
  EXPECT_EQ(t.cache.find("/a")->target, "b");
  EXPECT_FALSE(t.cache.find("/a")->status);
  t.now += seconds(1);
  EXPECT_EQ(t.cache.find("/a"), nullptr);
}

TEST(DirectoryCache, ATimeoutOfNothingKeepsNothing) {
  Cache t(seconds(0));
  t.cache.put("/a", {});
  EXPECT_EQ(t.cache.find("/a"), nullptr);
}

TEST(DirectoryCache, WhatIsNewTakesThePlace) {
  Cache t(seconds(60));
  t.cache.put("/a", {.target = "b"});
  t.cache.put("/a", {.target = "c"});
  EXPECT_EQ(t.cache.find("/a")->target, "c");
  t.cache.clear();
  EXPECT_EQ(t.cache.find("/a"), nullptr);
}

TEST(DirectoryCache, IsBoundedAndMakesRoomOfWhatIsOld) {
  Cache t(seconds(60));
  for (int i = 0; i < 100'000; ++i) t.cache.put("/" + std::to_string(i), {});
  EXPECT_NE(t.cache.find("/99999"), nullptr);
  t.cache.put("/one more", {});
  EXPECT_EQ(t.cache.find("/one more"), nullptr);
  t.now += seconds(61);
  t.cache.put("/one more", {});
  EXPECT_NE(t.cache.find("/one more"), nullptr);
  EXPECT_EQ(t.cache.find("/7"), nullptr);
}

}  // namespace
}  // namespace glovebox::fuse
