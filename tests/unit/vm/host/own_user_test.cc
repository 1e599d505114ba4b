// SPDX-License-Identifier: GPL-2.0-or-later
// Which users root's qemu may be, and that no two runs get the same.
#include "vm/host/own_user.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "base/cat.h"
#include "base/files.h"

namespace glovebox::vm {
namespace {

constexpr const char* kEverybody = "         0          0 4294967295\n";
constexpr IdPool kAllocated{0x7f000000, 0x7f000000, 1 << 23};

std::optional<IdPool> pool(const std::string& subuid, const std::string& subgid) {
  return choose_id_pool(
      {.subuid = subuid, .subgid = subgid, .uid_map = kEverybody, .gid_map = kEverybody});
}

std::optional<IdPool> pool_in(const std::string& map) {
  return choose_id_pool({.subuid = "", .subgid = "", .uid_map = map, .gid_map = map});
}

TEST(OwnUser, WithoutSubordinateIdsTheAllocatedRange) {
  EXPECT_EQ(pool("", ""), kAllocated);
  EXPECT_EQ(pool("alice:100000:65536\n", "alice:100000:65536\n"), kAllocated);
  EXPECT_EQ(pool("root:100000:65536\n", ""), kAllocated);  // users without groups
}

TEST(OwnUser, TheLastOfRootsSubordinateIds) {
  EXPECT_EQ(pool("alice:1:5\nroot:200000:100000\n", "root:300000:100000\n"),
            (IdPool{200000 + 34464, 300000 + 34464, 65536}));
  EXPECT_EQ(pool("0:200000:10\nroot:500000:20\n", "root:300000:10\n"),
            (IdPool{500010, 300000, 10}));
}

TEST(OwnUser, ALineThatMakesNoSenseCountsAsAbsent) {
  for (const char* line : {"root", "root:", "root:1:2:3", "root:x:5", "root:5:x", "root:0:65536",
                           "root:4294967295:2", "root:100000:0", "root:-1:5", ":::", "root:1: 5"})
    EXPECT_EQ(pool(line, line), kAllocated) << line;
}

TEST(OwnUser, OnlyIdsThatTheUserNamespaceHas) {
  EXPECT_EQ(pool_in("0 100000 65536\n"), (IdPool{60706, 60706, 478}));
  EXPECT_EQ(pool_in("0 1000 1\n1 100000 65536\n"), (IdPool{60706, 60706, 478}));
  EXPECT_EQ(pool_in("0 1000 1\n"), std::nullopt);
  EXPECT_EQ(pool_in(""), std::nullopt);
  EXPECT_EQ(pool_in("nonsense\n"), std::nullopt);
  EXPECT_EQ(choose_id_pool({.subuid = "root:100000:65536",
                            .subgid = "root:100000:65536",
                            .uid_map = "0 100000 65536\n",
                            .gid_map = "0 100000 65536\n"}),
            (IdPool{60706, 60706, 478}));
}

TEST(OwnUser, NoTwoHaveTheSame) {
  const base::TempDir directory;
  const std::string lock = directory.path() + "/lock";
  const IdPool four{1000, 2000, 4};
  std::vector<OwnUser> users;
  std::set<uid_t> ids;
  for (int i = 0; i < 4; ++i) {
    auto user = OwnUser::take_from(four, lock);
    ASSERT_TRUE(user);
    EXPECT_EQ(user->gid(), user->uid() + 1000);
    EXPECT_TRUE(ids.insert(user->uid()).second) << user->uid();
    users.push_back(std::move(*user));
  }
  EXPECT_EQ(ids, (std::set<uid_t>{1000, 1001, 1002, 1003}));
  EXPECT_FALSE(OwnUser::take_from(four, lock));
  const uid_t freed = users.back().uid();
  users.pop_back();
  EXPECT_EQ(OwnUser::take_from(four, lock).value().uid(), freed);
  EXPECT_EQ(base::read_file(lock, 10), "");
}

TEST(OwnUser, WithoutALockFileChanceKeepsThemApart) {
  EXPECT_TRUE(OwnUser::take_from(kAllocated, "/no/such/directory/lock"));
  const base::TempDir directory;
  const std::string open_to_all = directory.path() + "/open";
  base::replace_file(open_to_all, "", 0666);
  EXPECT_TRUE(OwnUser::take_from({1000, 1000, 1}, open_to_all));
  EXPECT_TRUE(OwnUser::take_from({1000, 1000, 1}, open_to_all));  // not believed: not locked
}

// Of so many users all but one are taken. How often is it found in two thousand searches, each from
// a place of its own?
int times_found(uint32_t count) {
  const base::TempDir directory;
  const std::string lock = directory.path() + "/lock";
  std::vector<OwnUser> taken;
  while (taken.size() < count - 1)
    if (auto user = OwnUser::take_from({1000, 1000, count}, lock))
      taken.push_back(std::move(*user));
  int found = 0;
  for (int i = 0; i < 2000; ++i) found += OwnUser::take_from({1000, 1000, count}, lock).has_value();
  return found;
}

TEST(OwnUser, SixtyFourAreTried) {
  EXPECT_EQ(times_found(64), 2000);
  EXPECT_LT(times_found(65), 2000);
}

}  // namespace
}  // namespace glovebox::vm
