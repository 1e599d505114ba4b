// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <sstream>

#include "tests/unit/message_of.h"
#include "tests/unit/tools/verb_test.h"
#include "tools/virt-ls/list.h"
#include "tools/virt-ls/walk_stream.h"

namespace glovebox::tools {
namespace {

std::string names_reply(const std::vector<std::string>& names) {
  std::string bytes;
  for (const std::string& name : names) bytes += name + '\0';
  return bytes;
}

std::string entry_bytes(const WalkEntry& entry) {
  proto::XdrWriter out;
  proto::write(out, entry);
  return std::move(out).take();
}

class VirtLs : public VerbTest {
 protected:
  VirtLs() {
    signal(SIGPIPE, SIG_IGN);
    guest_.answers["ls"] = [](proto::XdrReader& in, const LocalFile* sink) {
      const std::string directory = in.string();
      if (directory == "/nope")
        FakeCalls::fail("ls: /nope: No such file or directory");
      FakeCalls::send(sink, names_reply({"b", "a\n"}));
      return FakeCalls::nothing();
    };
    guest_.answers["ll"] = [](proto::XdrReader&, const LocalFile*) {
      proto::XdrWriter out;
      out.string("total 0\n-rw-r--r-- 1 0 0 1 Jan  1  2020 a\033\n");
      return std::move(out).take();
    };
    guest_.answers["internal_ll"] = [](proto::XdrReader&, const LocalFile*) {
      proto::XdrWriter out;
      out.strings({"total 0", "-rw-r--r-- 1 0 0 1 Jan  1  2020 a\033\n-rw-r--r-- b"});
      return std::move(out).take();
    };
    guest_.answers["internal_walk"] = [](proto::XdrReader& in, const LocalFile* sink) {
      const std::string directory = in.string();
      FakeCalls::send(sink, entry_bytes({.path = ".", .st_mode = S_IFDIR | 0755, .st_size = 4096}));
      if (directory == "/half")
        FakeCalls::fail("internal_walk: /half/x: Input/output error", 5);
      FakeCalls::send(sink,
                      entry_bytes({.path = "ls", .st_mode = S_IFREG | 0755, .st_size = 6484}));
      return FakeCalls::nothing();
    };
  }

  int run(const std::vector<std::string>& directories, const ListOptions& options) {
    return run_verb("virt-ls", [&](Output& out, Messages& messages) {
      return list_directories(guest_, directories, options, out, messages);
    });
  }
};

TEST_F(VirtLs, NamesOfSeveralDirectoriesAndOneThatIsNotThere) {
  EXPECT_EQ(run({"/bin", "/nope", "relative", "", "C:\\Windows", "/x"}, {}), 1);
  EXPECT_EQ(stdout_, "a\n\nb\na\n\nb\n");
  EXPECT_EQ(
      stderr_,
      "virt-ls: ls: /nope: No such file or directory\n"
      "virt-ls: relative: path must start with a / character\n"
      "virt-ls: the path is empty; it must start with a / character\n"
      "virt-ls: C:\\Windows: paths with a drive letter are not supported yet; mount the drive "
      "with -m and write the path with slashes: /Windows/...\n");
}

TEST_F(VirtLs, TreePrefixDependsOnTheTrailingSlash) {
  guest_.answers["internal_walk"] = [](proto::XdrReader&, const LocalFile* sink) {
    for (const char* path : {".", "grub/grub.conf", "grub"})
      FakeCalls::send(sink, entry_bytes({.path = path}));
    return FakeCalls::nothing();
  };
  EXPECT_EQ(run({"/boot", "/boot/", "/"}, {.mode = Mode::Tree}), 0);
  EXPECT_EQ(stdout_, "/grub\n/grub/grub.conf\ngrub\ngrub/grub.conf\ngrub\ngrub/grub.conf\n");
}

TEST_F(VirtLs, LongIsPassedOn) {
  run({"/x"}, {.mode = Mode::Long});
  EXPECT_EQ(stdout_, "total 0\n-rw-r--r-- 1 0 0 1 Jan  1  2020 a\033\n");
  run({"/x"}, {.mode = Mode::Long, .names = Names::Escaped});
  EXPECT_EQ(stdout_, "total 0\n-rw-r--r-- 1 0 0 1 Jan  1  2020 a\\x1b\\x0a-rw-r--r-- b\n")
      << "a name with a newline makes no second line";
}

TEST_F(VirtLs, WhatCouldNotBeReadIsReportedAndTheRestListed) {
  guest_.answers["internal_walk"] = [](proto::XdrReader&, const LocalFile* sink) {
    for (const WalkEntry& entry : {WalkEntry{.path = ".", .st_mode = S_IFDIR | 0755},
                                   WalkEntry{.path = "bad", .st_mode = S_IFDIR | 0755},
                                   WalkEntry{.path = "bad", .error = "EUCLEAN"},
                                   WalkEntry{.path = "lost", .error = "ENOSUCHNAME"},
                                   WalkEntry{.path = "z", .st_mode = S_IFREG | 0644}})
      FakeCalls::send(sink, entry_bytes(entry));
    return FakeCalls::nothing();
  };
  const std::string errors =
      "virt-ls: /x/bad: Structure needs cleaning\nvirt-ls: /x/lost: Input/output error\n";
  EXPECT_EQ(run({"/x"}, {.mode = Mode::LongTree}), 1);
  EXPECT_EQ(stdout_, "d 0755          0 /x\nd 0755          0 /x/bad\n- 0644          0 /x/z\n");
  EXPECT_EQ(stderr_, errors);
  EXPECT_EQ(run({"/x"}, {.mode = Mode::Tree, .form = Form::Json}), 1);
  EXPECT_EQ(stdout_, "[\n  {\"path\": \"/x/bad\"},\n  {\"path\": \"/x/z\"}\n]\n");
  EXPECT_EQ(stderr_, errors);
}

TEST_F(VirtLs, OnlyTheFirstOfManyUnreadablePlacesAreNamed) {
  guest_.answers["internal_walk"] = [](proto::XdrReader&, const LocalFile* sink) {
    for (int i = 0; i < 103; ++i) FakeCalls::send(sink, entry_bytes({.path = "d", .error = "EIO"}));
    return FakeCalls::nothing();
  };
  EXPECT_EQ(run({"/"}, {.mode = Mode::Tree}), 1);
  EXPECT_EQ(std::count(stderr_.begin(), stderr_.end(), '\n'), 101);
  EXPECT_TRUE(stderr_.ends_with("virt-ls: 3 more could not be read\n")) << stderr_;
}

TEST_F(VirtLs, ADirectoryThatFailsHalfwayIsLeftOut) {
  EXPECT_EQ(run({"/bin/", "/half", "/"}, {.mode = Mode::LongTree}), 1);
  EXPECT_EQ(stdout_,
            "d 0755       4096 /bin\n- 0755       6484 /bin/ls\n"
            "d 0755       4096 /\n- 0755       6484 /ls\n");
  EXPECT_EQ(stderr_, "virt-ls: internal_walk: /half/x: Input/output error\n");
}

TEST_F(VirtLs, JsonIsOneDocument) {
  EXPECT_EQ(run({"/bin", "/nope"}, {.form = Form::Json}), 1);
  EXPECT_EQ(stdout_, "[\n  {\"path\": \"/bin/a\\n\"},\n  {\"path\": \"/bin/b\"}\n]\n");
  EXPECT_EQ(run({"/nope"}, {.form = Form::Json}), 1);
  EXPECT_EQ(stdout_, "[\n]\n");
  EXPECT_EQ(run({"/half", "/bin"}, {.mode = Mode::LongTree, .form = Form::Json}), 1);
  EXPECT_TRUE(stdout_.starts_with("[\n  {\"path\": \"/bin\", ")) << stdout_;
}

TEST_F(VirtLs, LongJsonAsksForAllAtOnce) {
  guest_.answers["lstatnslist"] = [](proto::XdrReader&, const LocalFile*) {
    proto::XdrWriter out;
    proto::write_list(out,
                      std::vector<StatNs>{{.st_ino = 7, .st_mode = S_IFLNK | 0777, .st_size = 1},
                                          {.st_ino = -1}});
    return std::move(out).take();
  };
  guest_.answers["readlinklist"] = [](proto::XdrReader&, const LocalFile*) {
    proto::XdrWriter out;
    out.strings({"b", ""});
    return std::move(out).take();
  };
  EXPECT_EQ(run({"/bin"}, {.mode = Mode::Long, .form = Form::Json}), 0);
  EXPECT_EQ(
      stdout_,
      "[\n  {\"path\": \"/bin/a\\n\", \"type\": \"symlink\", \"mode\": \"0777\", \"size\": 1, "
      "\"uid\": 0, \"gid\": 0, \"atime\": 0, \"mtime\": 0, \"ctime\": 0, \"dev\": \"0:0\", "
      "\"inode\": 7, \"nlink\": 0, \"rdev\": \"0:0\", \"blocks\": 0, \"target\": \"b\"}\n]\n");
  EXPECT_EQ(guest_.calls, (std::vector<std::string>{"ls", "lstatnslist", "readlinklist"}));
}

TEST_F(VirtLs, LongJsonOfAFileIsTheFile) {
  guest_.answers["ls"] = [](proto::XdrReader&, const LocalFile*) -> std::string {
    FakeCalls::fail("ls: /bin/ls: Not a directory", ENOTDIR);
  };
  guest_.answers["statns"] = [](proto::XdrReader&, const LocalFile*) {
    proto::XdrWriter out;
    proto::write(out, StatNs{.st_ino = 7, .st_mode = S_IFREG | 0755, .st_size = 6484});
    return std::move(out).take();
  };
  EXPECT_EQ(run({"/bin/ls"}, {.mode = Mode::Long, .form = Form::Json}), 0);
  EXPECT_EQ(stdout_,
            "[\n  {\"path\": \"/bin/ls\", \"type\": \"file\", \"mode\": \"0755\", \"size\": 6484, "
            "\"uid\": 0, \"gid\": 0, \"atime\": 0, \"mtime\": 0, \"ctime\": 0, \"dev\": \"0:0\", "
            "\"inode\": 7, \"nlink\": 0, \"rdev\": \"0:0\", \"blocks\": 0}\n]\n");
  EXPECT_EQ(stderr_, "");
}

TEST_F(VirtLs, ADeadApplianceEndsTheRunWithNothingHalf) {
  guest_.answers["ls"] = [](proto::XdrReader&, const LocalFile*) -> std::string {
    throw Error(Errc::Died, "ls: the appliance ended");
  };
  EXPECT_THROW(run({"/bin", "/x"}, {.form = Form::Json}), Error);
}

TEST(WalkStream, PiecesOfAnySize) {
  const std::string bytes = entry_bytes({.path = "one"}) + entry_bytes({.path = "two"});
  for (const size_t size : {size_t{1}, size_t{7}, bytes.size()}) {
    std::string paths;
    WalkStream stream([&](const WalkEntry& entry) { paths += entry.path + " "; });
    for (size_t at = 0; at < bytes.size(); at += size)
      stream.feed(std::string_view(bytes).substr(at, size));
    stream.finish();
    EXPECT_EQ(paths, "one two ");
  }
}

TEST(WalkStream, DamageIsAnError) {
  WalkStream cut([](const WalkEntry&) {});
  cut.feed(entry_bytes({.path = "one"}).substr(0, 20));
  EXPECT_THROW(cut.finish(), Error);
}

TEST(WalkStream, AnEntryHasALimit) {
  std::string endless(1 << 20, 'x');
  const std::string huge_length("\x7f\xff\xff\xff", 4);
  endless.replace(0, 4, huge_length);
  WalkStream stream([](const WalkEntry&) {});
  EXPECT_EQ(message_of([&] { stream.feed(endless); }), "no error");
  EXPECT_EQ(message_of([&] { stream.feed("x"); }),
            "data ends 2146435074 bytes too early at offset 4");
}

}  // namespace
}  // namespace glovebox::tools
