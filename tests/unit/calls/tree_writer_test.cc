// SPDX-License-Identifier: GPL-2.0-or-later
#include "calls/tree_writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "tests/unit/calls/tar_archive.h"
#include "tests/unit/message_of.h"

namespace glovebox::calls {
namespace {

using Kind = TarMember::Kind;
namespace fs = std::filesystem;

TarMember directory(const std::string& name, uint32_t mode = 0755) {
  return {.kind = Kind::Directory, .name = name, .mode = mode, .mtime = 1000000000};
}
TarMember file(const std::string& name, uint32_t mode = 0644) {
  return {.name = name, .mode = mode, .mtime = 1100000000};
}
TarMember link(const std::string& name, const std::string& target) {
  return {.kind = Kind::SymbolicLink, .name = name, .link = target, .mode = 0777, .mtime = 5};
}
TarMember hard_link(const std::string& name, const std::string& other) {
  return {.kind = Kind::HardLink, .name = name, .link = other};
}

// "in/" is where trees go, "outside" is nobody's business.
class TreeWriterTest : public testing::Test {
 protected:
  TreeWriterTest() {
    umask_before_ = umask(022);
    fs::create_directory(path("in"));
    fs::create_directory(path("outside"));
    base::replace_file(path("outside/file"), "untouched");
  }
  ~TreeWriterTest() override {
    umask(umask_before_);
    EXPECT_EQ(base::read_file(path("outside/file"), 100), "untouched");
    EXPECT_EQ(std::distance(fs::directory_iterator(path("outside")), {}), 1);
    EXPECT_EQ(std::distance(fs::directory_iterator(dir_.path()), {}), 2);
  }

  std::string path(const std::string& name) const { return dir_.path() + "/" + name; }
  std::string tree(const std::string& name) const { return path("in/tree/" + name); }
  std::string read(const std::string& name) const { return base::read_file(tree(name), 1 << 20); }
  struct stat status(const std::string& name) const {
    struct stat found = {};
    EXPECT_EQ(lstat(tree(name).c_str(), &found), 0) << name;
    return found;
  }
  mode_t mode(const std::string& name) const { return status(name).st_mode & 07777U; }

  // Unpacks an archive; the message of what it throws.
  std::string unpack(const std::string& members,
                     const std::string& name = "tree",
                     const TreeRules& rules = {}) {
    TreeWriter writer(base::open_file(path("in"), O_PATH | O_DIRECTORY), name, "in/" + name, rules);
    TarReader reader(writer);
    const std::string message = message_of([&] {
      reader.feed(members + tar_end());
      reader.finish();
      writer.finish();
    });
    left_out_ = writer.left_out();
    unowned_ = writer.unowned();
    return message;
  }

  base::TempDir dir_;
  mode_t umask_before_ = 0;
  TreeWriter::Some left_out_;
  TreeWriter::Some unowned_;
};

TEST_F(TreeWriterTest, ATreeWithItsModesAndTimes) {
  EXPECT_EQ(unpack(tar_member(directory("./", 0750)) + tar_member(directory("./d", 0555)) +
                   tar_member(file("./d/f", 0444), "content") + tar_member(link("./d/s", "f")) +
                   tar_member(hard_link("./h", "./d/f")) +
                   tar_member({.kind = Kind::Fifo, .name = "./p", .mode = 0666}) +
                   tar_member(file("./wide", 04777), "x")),
            "no error");
  EXPECT_EQ(read("d/f"), "content");
  EXPECT_EQ(status("d/f").st_mtime, 1100000000);
  EXPECT_EQ(status("h").st_ino, status("d/f").st_ino);
  EXPECT_EQ(fs::read_symlink(tree("d/s")), "f");
  EXPECT_EQ(status("d/s").st_mtime, 5);
  EXPECT_TRUE(S_ISFIFO(status("p").st_mode));
  EXPECT_EQ(mode("."), 0750u);
  EXPECT_EQ(mode("d"), 0555u);
  EXPECT_EQ(status("d").st_mtime, 1000000000);
  EXPECT_EQ(status(".").st_mtime, 1000000000);
  EXPECT_EQ(mode("d/f"), 0444u);
  EXPECT_EQ(mode("p"), 0644u) << "the umask holds";
  EXPECT_EQ(mode("wide"), 0755u) << "the umask holds, and there is no set-user-id bit";
}

TEST_F(TreeWriterTest, AgainOverWhatIsThere) {
  const std::string archive = tar_member(directory("./")) + tar_member(directory("./d", 0555)) +
                              tar_member(file("./d/f", 0444), "content");
  EXPECT_EQ(unpack(archive), "no error");
  base::replace_file(tree("more"), "kept");
  EXPECT_EQ(unpack(archive), "no error");
  EXPECT_EQ(read("d/f"), "content");
  EXPECT_EQ(mode("d"), 0555u);
  EXPECT_EQ(read("more"), "kept");
}

TEST_F(TreeWriterTest, LinksThatAreThereAreReplaced) {
  fs::create_directory(path("in/tree"));
  fs::create_directory_symlink(path("outside"), tree("d"));
  fs::create_symlink(path("outside/file"), tree("f"));
  fs::create_hard_link(path("outside/file"), tree("h"));
  EXPECT_EQ(unpack(tar_member(directory("./")) + tar_member(directory("./d", 0700)) +
                   tar_member(file("./d/file"), "new") + tar_member(file("./f"), "new") +
                   tar_member(file("./h"), "new")),
            "no error");
  EXPECT_TRUE(S_ISDIR(status("d").st_mode));
  EXPECT_EQ(read("d/file") + read("f") + read("h"), "newnewnew");
  EXPECT_EQ(fs::status(path("outside")).permissions(), static_cast<fs::perms>(0755));
}

TEST_F(TreeWriterTest, TheTopIsNoLink) {
  fs::create_directory_symlink(path("outside"), path("in/tree"));
  EXPECT_EQ(unpack(tar_member(directory("./")) + tar_member(file("./file"), "new")), "no error");
  EXPECT_TRUE(S_ISDIR(status("").st_mode));
}

TEST_F(TreeWriterTest, NoMemberGoesThroughALink) {
  EXPECT_EQ(unpack(tar_member(directory("./")) + tar_member(link("./d", path("outside"))) +
                   tar_member(link("./up", "../../outside")) + tar_member(file("./d/file"), "new") +
                   tar_member(file("./d/more"), "new") + tar_member(file("./up/file"), "new") +
                   tar_member(directory("./d/below")) + tar_member(hard_link("./h", "./d/file")) +
                   tar_member(link("./d/link", "x"))),
            "in/tree/d/file: Not a directory (and 5 more)");
  EXPECT_FALSE(fs::exists(tree("h")));
}

TEST_F(TreeWriterTest, AHardLinkToALinkIsTheLink) {
  EXPECT_EQ(unpack(tar_member(directory("./")) + tar_member(link("./s", path("outside/file"))) +
                   tar_member(hard_link("./h", "./s")) + tar_member(file("./h"), "new")),
            "no error");
  EXPECT_EQ(read("h"), "new");
}

TEST_F(TreeWriterTest, NamesOutsideOfTheTreeEndIt) {
  const std::string top = tar_member(directory("./"));
  const std::string prefix = "the appliance's archive names a file outside of its tree: ";
  EXPECT_EQ(unpack(top + tar_member(file("./../outside/file"), "new")),
            prefix + "./../outside/file");
  EXPECT_EQ(unpack(top + tar_member(file(path("outside/file")), "new")),
            prefix + path("outside/file"));
  EXPECT_EQ(unpack(top + tar_member(file("./a\n/..")), "new"), prefix + "./a\\x0a/..");
  EXPECT_EQ(unpack(top + tar_member(hard_link("./h", "../../outside/file"))),
            prefix + "../../outside/file");
  EXPECT_EQ(unpack(top + tar_member(hard_link("./h", "./h"))),
            "the appliance's archive links a file to itself");
  EXPECT_EQ(unpack(tar_member(link("./", path("outside")))),
            "the appliance's archive does not begin with a directory");
}

TEST_F(TreeWriterTest, DeviceNodesAreLeftOutAndCounted) {
  EXPECT_EQ(unpack(tar_member(directory("./")) +
                   tar_member({.kind = Kind::CharacterDevice, .name = "./null", .major = 1}) +
                   tar_member({.kind = Kind::BlockDevice, .name = "./sda", .major = 8})),
            "no error");
  EXPECT_FALSE(fs::exists(tree("null")) || fs::exists(tree("sda")));
  EXPECT_EQ(left_out_.count, 2u);
  EXPECT_EQ(left_out_.first, "in/tree/null");
}

// As root without CAP_CHOWN, or in a user namespace.
TEST_F(TreeWriterTest, OwnersThatCannotBeGivenAreCounted) {
  TarMember others = file("./f", 0640);
  others.uid = others.gid = 33;
  TarMember link_of_others = link("./s", "f");
  link_of_others.uid = 33;
  EXPECT_EQ(
      unpack(tar_member(directory("./")) + tar_member(others, "x") + tar_member(link_of_others),
             "tree", {.owners = true}),
      "no error");
  EXPECT_EQ(mode("f"), 0640u);
  if (geteuid() == 0) {
    EXPECT_EQ(status("f").st_uid, 33u);
    EXPECT_EQ(unowned_.count, 0u);
  } else {
    EXPECT_EQ(status("f").st_uid, geteuid());
    EXPECT_EQ(unowned_.count, 3u) << "the top is root's";
    EXPECT_EQ(unowned_.first, "in/tree/f");
  }
}

TEST_F(TreeWriterTest, WhatFailsAloneIsReportedAtTheEnd) {
  fs::create_directories(tree("f/full"));
  EXPECT_EQ(unpack(tar_member(directory("./")) + tar_member(file("./f"), "x") +
                   tar_member(file("./none/n\n"), "x") + tar_member(file("./good"), "x")),
            "in/tree/f: Directory not empty (and 1 more)");
  EXPECT_EQ(read("good"), "x");
}

TEST_F(TreeWriterTest, TheUsersOwnDirectoryKeepsItsModeAndTimes) {
  fs::permissions(path("in"), static_cast<fs::perms>(0700));
  EXPECT_EQ(unpack(tar_member(directory("./", 0777)) + tar_member(file("./f"), "x"), "."),
            "no error");
  struct stat in = {};
  stat(path("in").c_str(), &in);
  EXPECT_EQ(in.st_mode & 07777U, 0700u);
  EXPECT_NE(in.st_mtime, 1000000000);
  EXPECT_EQ(base::read_file(path("in/f"), 10), "x");
}

TEST_F(TreeWriterTest, DeeperThanAPathCanBe) {
  std::string archive = tar_member(directory("./")), name = ".";
  for (int i = 0; i < 100; ++i)
    archive += tar_member(directory(name += "/" + std::string(100, 'd'), 0500));
  archive += tar_member(file(name + "/f"), "x") + tar_member(hard_link("./h", name + "/f"));
  EXPECT_EQ(unpack(archive), "no error");
  EXPECT_EQ(read("h"), "x");
  // A TempDir removes what its owner can write to.
  base::DirectoryCursor cursor(base::open_file(tree(""), O_RDONLY | O_DIRECTORY));
  while (cursor.try_enter(std::string(100, 'd'))) fchmod(cursor.fd(), 0700);
}

}  // namespace
}  // namespace glovebox::calls
