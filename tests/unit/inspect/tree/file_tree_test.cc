// SPDX-License-Identifier: GPL-2.0-or-later
//
// One set of expectations for both trees: what DirTree finds in a directory, MemoryTree finds in
// the same tree written down.
#include "inspect/tree/file_tree.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "inspect/tree/dir_tree.h"
#include "inspect/tree/memory_tree.h"
#include "tests/unit/message_of.h"

namespace glovebox::inspect {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

class FileTreeTest : public testing::TestWithParam<const char*> {
 protected:
  FileTreeTest() {
    // A file beside the root, which nothing inside may reach.
    base::replace_file(temp_.path() + "/outside", "secret");
    fs::create_directory(root_);
    directory("/etc");
    file("/etc/fstab", "the table");
    directory("/usr/bin");
    link("/bin", "usr/bin");
    link("/etc/os-release", "../usr/os-release");
    file("/usr/os-release", "release");
    link("/etc/absolute", "/usr/os-release");
    link("/etc/too-far-up", "../../../../../../usr/os-release");
    link("/etc/escape", "../../outside");
    link("/loop1", "loop2");
    link("/loop2", "loop1");
    link("/dangling", "nowhere");
    fifo("/etc/fifo");
    root_fd_ = base::open_file(root_, O_PATH | O_DIRECTORY);
    dir_ = std::make_unique<DirTree>(root_fd_.get());
  }

  void directory(const std::string& path) {
    fs::create_directories(root_ + path);
    memory_.directory(path);
  }
  void file(const std::string& path, const std::string& content) {
    base::replace_file(root_ + path, content);
    memory_.file(path, content);
  }
  void link(const std::string& path, const std::string& target) {
    fs::create_symlink(target, root_ + path);
    memory_.link(path, target);
  }
  void fifo(const std::string& path) {
    ASSERT_EQ(mkfifo((root_ + path).c_str(), 0600), 0);
    memory_.device(path);
  }
  const FileTree& tree() const {
    return GetParam() == std::string("DirTree") ? static_cast<const FileTree&>(*dir_) : memory_;
  }
  std::string error_of(const std::string& path, size_t cap = 1000) const {
    try {
      tree().try_read(path, cap);
    } catch (const Error& e) {
      return e.what();
    }
    return "none";
  }

  base::TempDir temp_;
  std::string root_ = temp_.path() + "/root";
  MemoryTree memory_;
  base::UniqueFd root_fd_;
  std::unique_ptr<DirTree> dir_;
};

TEST_P(FileTreeTest, ReadsFiles) {
  EXPECT_EQ(tree().try_read("/etc/fstab", 9), "the table");
  EXPECT_EQ(tree().try_read("etc//./fstab", 9), "the table");
  EXPECT_EQ(tree().try_read("/etc/nothing", 9), std::nullopt);
  EXPECT_EQ(tree().try_read("/etc/fstab/below-a-file", 9), std::nullopt);
  EXPECT_EQ(tree().try_read("/dangling", 9), std::nullopt);
}

TEST_P(FileTreeTest, StaysInsideWhateverLinksSay) {
  EXPECT_EQ(tree().try_read("/etc/os-release", 100), "release");
  EXPECT_EQ(tree().try_read("/etc/absolute", 100), "release");
  EXPECT_EQ(tree().try_read("/etc/too-far-up", 100), "release");
  EXPECT_EQ(tree().try_read("/etc/escape", 100), std::nullopt);
  EXPECT_EQ(tree().try_read("/../outside", 100), std::nullopt);
  EXPECT_EQ(tree().try_read("/../../etc/fstab", 100), "the table");
}

TEST_P(FileTreeTest, RefusesWhatIsNoRegularFileWithoutOpeningIt) {
  EXPECT_THAT(error_of("/etc/fifo"), HasSubstr("is not a regular file"));
  EXPECT_THAT(error_of("/etc"), HasSubstr("is a directory"));
  EXPECT_EQ(tree().try_stat("/etc/fifo")->kind, FileKind::Other);
}

TEST_P(FileTreeTest, TellsALoopOfLinks) {
  EXPECT_THAT(error_of("/loop1"), HasSubstr("Too many levels of symbolic links"));
}

TEST_P(FileTreeTest, FollowsFortyLinksAsTheKernelDoes) {
  for (int i = 1; i <= 41; ++i)
    link("/chain" + std::to_string(i), i == 1 ? "usr" : "chain" + std::to_string(i - 1));
  EXPECT_EQ(tree().try_read("/chain40/os-release", 100), "release");
  EXPECT_EQ(error_of("/chain41/os-release"), "Too many levels of symbolic links");
}

TEST_P(FileTreeTest, KeepsToTheCap) {
  EXPECT_THAT(error_of("/etc/fstab", 8), HasSubstr("has 9 bytes, more than the limit of 8"));
}

TEST_P(FileTreeTest, ListsInOrder) {
  EXPECT_THAT(tree().try_list("/usr").value(), ElementsAre("bin", "os-release"));
  EXPECT_EQ(tree().try_list("/nothing"), std::nullopt);
  EXPECT_EQ(tree().try_list("/etc/fstab"), std::nullopt);
  EXPECT_THAT(tree().try_list("/").value(),
              ElementsAre("bin", "dangling", "etc", "loop1", "loop2", "usr"));
}

TEST_P(FileTreeTest, LooksAtLinksThemselvesWhenAsked) {
  EXPECT_EQ(tree().try_stat("/bin")->kind, FileKind::Directory);
  EXPECT_EQ(tree().try_stat("/bin", Links::Keep)->kind, FileKind::Symlink);
  EXPECT_EQ(tree().try_readlink("/bin"), "usr/bin");
  EXPECT_EQ(tree().try_readlink("/etc"), std::nullopt);
  EXPECT_EQ(tree().try_readlink("/nothing"), std::nullopt);
}

TEST_P(FileTreeTest, ReadsAtAnyOffset) {
  const auto file = tree().try_open("/etc/fstab");
  char buffer[20] = {};
  EXPECT_EQ(file->pread(buffer, 20, 4), 5u);
  EXPECT_STREQ(buffer, "table");
  EXPECT_EQ(file->pread(buffer, 20, 9), 0u);
  EXPECT_EQ(file->pread(buffer, 20, UINT64_MAX), 0u);
}

TEST_P(FileTreeTest, RefusesPathsThatNoKernelTakes) {
  EXPECT_THAT(error_of(""), HasSubstr("is a directory"));
  const auto long_path = [](size_t size) {
    return std::string(size - std::string("etc/fstab").size(), '/') + "etc/fstab";
  };
  EXPECT_EQ(tree().try_read(long_path(4095), 100), "the table");
  EXPECT_EQ(error_of(long_path(4096)), "File name too long");
  EXPECT_THAT(error_of(std::string("/etc\0/fstab", 11)), HasSubstr("Invalid argument"));
}

INSTANTIATE_TEST_SUITE_P(Trees,
                         FileTreeTest,
                         testing::Values("DirTree", "MemoryTree"),
                         [](const auto& param) { return std::string(param.param); });

TEST(DirTree, ListsNoMoreEntriesThanItsLimit) {
  EXPECT_EQ(kMaxDirectoryEntries, 1u << 20);
  base::TempDir temp;
  const base::UniqueFd fd = base::open_file(temp.path(), O_PATH);
  base::replace_file(temp.path() + "/a", "");
  base::replace_file(temp.path() + "/b", "");
  EXPECT_THAT(DirTree(fd.get(), 2).try_list("/").value(), ElementsAre("a", "b"));
  EXPECT_EQ(message_of([&] { DirTree(fd.get(), 1).try_list("/"); }), "has more than 1 entries");
}

TEST(DirTree, BelievesBytesNotSizes) {
  base::TempDir temp;
  base::replace_file(temp.path() + "/huge", "");
  ASSERT_EQ(truncate((temp.path() + "/huge").c_str(), off_t{1} << 40), 0);
  const base::UniqueFd fd = base::open_file(temp.path(), O_PATH);
  EXPECT_THROW(DirTree(fd.get()).try_read("/huge", 1 << 20), Error);
  // A file that says it has no bytes and has some, as in /proc.
  const base::UniqueFd proc = base::open_file("/proc/self", O_PATH);
  EXPECT_THROW(DirTree(proc.get()).try_read("/status", 1 << 20), Error);
}

}  // namespace
}  // namespace glovebox::inspect
