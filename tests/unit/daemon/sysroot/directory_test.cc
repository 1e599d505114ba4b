// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/sysroot/directory.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "base/cat.h"
#include "base/directory_cursor.h"
#include "base/files.h"
#include "tests/unit/message_of.h"

namespace glovebox::guestd {
namespace {

using testing::ElementsAre;

// Root reads every directory.
class AsNobody {
 public:
  AsNobody() {
    if (was_root_) {
      EXPECT_EQ(seteuid(65534), 0);
    }
  }
  ~AsNobody() {
    if (was_root_) {
      EXPECT_EQ(seteuid(0), 0);
    }
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  const bool was_root_ = geteuid() == 0;
};

class WalkTree : public testing::Test {
 protected:
  ~WalkTree() override { remove_all(); }

  std::string path(const std::string& name) const { return dir_.path() + "/" + name; }
  base::UniqueFd top() const { return base::open_file(dir_.path(), O_RDONLY | O_DIRECTORY); }

  std::vector<std::string> walk() const {
    std::vector<std::string> visited;
    walk_tree(top(), "/top", {.visit = [&](int, const std::string& path, const DirectoryEntry&) {
                visited.push_back(path);
              }});
    return visited;
  }
  void remove_all() const {
    walk_tree(
        top(), "/top",
        {.visit = [](int parent, const std::string&,
                     const DirectoryEntry& entry) { unlinkat(parent, entry.name.c_str(), 0); },
         .leave =
             [](int parent, const std::string&, const DirectoryEntry& entry) {
               unlinkat(parent, entry.name.c_str(), AT_REMOVEDIR);
             },
         .max_path = SIZE_MAX});
  }
  void make_chain(const std::string& name, size_t depth) const {
    base::DirectoryCursor cursor(top());
    for (size_t i = 0; i < depth; ++i) {
      ASSERT_EQ(mkdirat(cursor.fd(), name.c_str(), 0700), 0);
      ASSERT_TRUE(cursor.try_enter(name));
    }
  }

  base::TempDir dir_;
};

TEST_F(WalkTree, ParentsFirstNamesInOrderLinksNotFollowed) {
  std::filesystem::create_directories(path("b/y"));
  std::filesystem::create_directories(path("a"));
  base::replace_file(path("b/x"), "");
  base::replace_file(path("b-c"), "");
  std::filesystem::create_directory_symlink("b", path("link"));
  EXPECT_THAT(walk(), ElementsAre("a", "b", "b/x", "b/y", "b-c", "link"));
}

TEST_F(WalkTree, NothingIsHiddenBelowALongPath) {
  make_chain("twenty letters, each", 2000);
  const std::vector<std::string> visited = walk();
  EXPECT_EQ(visited.size(), 2000u);
  EXPECT_EQ(visited.back().size(), 2000u * 21 - 1);
  remove_all();
  EXPECT_THAT(walk(), ElementsAre());
}

TEST_F(WalkTree, ADepthThatIsNotWalkedIsAnError) {
  const std::string name(250, 'x');
  make_chain(name, kMaxTreePath / 251 + 2);
  std::string full = "/top";
  for (size_t i = 0; i <= kMaxTreePath / 251; ++i) full += "/" + name;
  size_t count = 0;
  EXPECT_EQ(message_of([&] {
              walk_tree(
                  top(), "/top",
                  {.visit = [&](int, const std::string&, const DirectoryEntry&) { ++count; }});
            }),
            full.substr(0, 500) + "..." + full.substr(full.size() - 500) + ": File name too long");
  EXPECT_EQ(count, kMaxTreePath / 251 + 1);
}

TEST_F(WalkTree, ItsLimitIsOnThePathOfADirectory) {
  std::filesystem::create_directories(path("a/bc/d"));
  const auto refusal = [&](size_t most) {
    return message_of([&] {
      walk_tree(top(), "/top",
                {.visit = [](int, const std::string&, const DirectoryEntry&) {}, .max_path = most});
    });
  };
  EXPECT_EQ(refusal(6), "no error");
  EXPECT_EQ(refusal(5), "/top/a/bc/d: File name too long");
  EXPECT_EQ(refusal(3), "/top/a/bc: File name too long");
}

TEST_F(WalkTree, WhatCannotBeReadIsReportedAndTheRestVisited) {
  std::filesystem::create_directories(path("a/below"));
  std::filesystem::create_directories(path("b/below"));
  std::filesystem::create_directories(path("c/below"));
  chmod(path("a").c_str(), 0);
  chmod(path("b").c_str(), 0);
  chmod(dir_.path().c_str(), 0755);
  std::optional<AsNobody> as_nobody(std::in_place);
  EXPECT_EQ(message_of([&] { walk(); }), "/top/a: Permission denied (and 1 more)");
  std::vector<std::string> visited, unreadable;
  walk_tree(
      top(), "/top",
      {.visit = [&](int, const std::string& path,
                    const DirectoryEntry&) { visited.push_back(path); },
       .unreadable = [&](const std::string& path,
                         int errnum) { unreadable.push_back(base::cat(path, " ", errnum)); }});
  EXPECT_THAT(visited, ElementsAre("a", "b", "c", "c/below"));
  EXPECT_THAT(unreadable, ElementsAre("a 13", "b 13"));
  as_nobody.reset();
  chmod(path("a").c_str(), 0700);
  chmod(path("b").c_str(), 0700);
}

}  // namespace
}  // namespace glovebox::guestd
