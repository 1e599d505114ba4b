// SPDX-License-Identifier: GPL-2.0-or-later
//
// What FUSE asks, over a guest that only answers what each test expects.
#include "fuse/guest_files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>

#include "tests/unit/tools/fake_calls.h"

namespace glovebox::fuse {
namespace {

using proto::XdrReader;
using proto::XdrWriter;
using testing::ElementsAre;
using testing::IsEmpty;
using tools::FakeCalls;

template <typename T>
std::string list_reply(const std::vector<T>& list) {
  XdrWriter out;
  proto::write_list(out, list);
  return std::move(out).take();
}

template <typename Action>
int errno_of(Action&& action) {
  try {
    action();
  } catch (const Error& e) {
    return e.errnum();
  }
  return 0;
}

// A directory with a file, which has an attribute, and a link.
class GuestFilesTest : public testing::Test {
 protected:
  GuestFilesTest() {
    guest_.answers["readdir"] = [](XdrReader&, const LocalFile* sink) {
      XdrWriter out;
      for (const Dirent& entry :
           std::vector<Dirent>{{1, 'd', "."}, {2, 'r', "file"}, {3, 'l', "link"}})
        proto::write(out, entry);
      FakeCalls::send(sink, std::move(out).take());
      return FakeCalls::nothing();
    };
    guest_.answers["lstatnslist"] = [](XdrReader&, const LocalFile*) {
      return list_reply<StatNs>(
          {{.st_ino = 2, .st_mode = S_IFREG | 0640, .st_uid = 7, .st_gid = 8, .st_size = 5},
           {.st_ino = 3, .st_mode = S_IFLNK | 0777}});
    };
    guest_.answers["lxattrlist"] = [this](XdrReader&, const LocalFile*) {
      return list_reply(xattrs_);
    };
    guest_.answers["readlinklist"] = [](XdrReader&, const LocalFile*) {
      XdrWriter out;
      out.strings({"file"});
      return std::move(out).take();
    };
  }

  void list() {
    names_.clear();
    files_.list("/d",
                [this](const std::string& name, const struct stat&) { names_.push_back(name); });
    guest_.calls.clear();
  }

  FakeCalls guest_;
  GuestFiles files_{guest_, false, std::chrono::seconds(60)};
  GuestFiles readonly_{guest_, true, std::chrono::seconds(60)};
  std::vector<std::string> names_;
  std::vector<Xattr> xattrs_ = {{"", "1"}, {"user.a", "value"}, {"", "0"}};
};

TEST_F(GuestFilesTest, WhatAListingTellsIsNotAskedAgain) {
  list();
  EXPECT_THAT(names_, ElementsAre(".", "file", "link"));
  EXPECT_EQ(files_.status("/d/file").st_size, 5);
  EXPECT_EQ(files_.link_target("/d/link"), "file");
  EXPECT_EQ(files_.xattr("/d/file", "user.a"), "value");
  EXPECT_THAT(files_.xattr_names("/d/file"), ElementsAre("user.a"));
  EXPECT_THAT(files_.xattr_names("/d/link"), IsEmpty());
  EXPECT_EQ(errno_of([&] { files_.xattr("/d/file", "user.b"); }), ENODATA);
  EXPECT_THAT(guest_.calls, IsEmpty());
}

TEST_F(GuestFilesTest, AChangeIsNotCovered) {
  list();
  guest_.answers["rm"] = [](XdrReader&, const LocalFile*) { return FakeCalls::nothing(); };
  guest_.answers["lstatns"] = [](XdrReader&, const LocalFile*) -> std::string {
    FakeCalls::fail("gone", ENOENT);
  };
  files_.remove("/d/file");
  EXPECT_EQ(errno_of([&] { files_.status("/d/file"); }), ENOENT);
}

// The kernel asks for security.capability before each write: that must not cost a call each time.
TEST_F(GuestFilesTest, AWriteLeavesAttributesKnownAndForgetsStatuses) {
  list();
  guest_.answers["pwrite"] = [](XdrReader&, const LocalFile*) {
    XdrWriter out;
    out.int32(1);
    return std::move(out).take();
  };
  guest_.answers["lstatns"] = [](XdrReader&, const LocalFile*) -> std::string {
    FakeCalls::fail("asked", EIO);
  };
  EXPECT_EQ(files_.write("/d/file", "x", 0), 1u);
  EXPECT_EQ(errno_of([&] { files_.xattr("/d/file", "security.capability"); }), ENODATA);
  EXPECT_EQ(errno_of([&] { files_.status("/d/file"); }), EIO);
  EXPECT_THAT(guest_.calls, ElementsAre("pwrite", "lstatns"));
}

TEST_F(GuestFilesTest, AWrongCountOfAttributesIsNotBelieved) {
  xattrs_ = {{"", "3"}, {"user.a", "value"}};
  list();
  guest_.answers["lgetxattrs"] = [](XdrReader&, const LocalFile*) -> std::string {
    FakeCalls::fail("asked", ENODATA);
  };
  EXPECT_EQ(errno_of([&] { files_.xattr("/d/file", "user.a"); }), ENODATA);
  EXPECT_THAT(guest_.calls, ElementsAre("lgetxattrs"));
}

TEST_F(GuestFilesTest, AReadOnlyMountNeverAsksTheGuestForChanges) {
  for (const int errnum : {errno_of([&] { readonly_.remove("/d/file"); }),
                           errno_of([&] { readonly_.make_directory("/e", 0755); }),
                           errno_of([&] { readonly_.write("/d/file", "x", 0); }),
                           errno_of([&] { readonly_.check_open(O_RDWR); }),
                           errno_of([&] { readonly_.check_access("/d/file", W_OK, 0, 0); })})
    EXPECT_EQ(errnum, EROFS);
  EXPECT_EQ(errno_of([&] { readonly_.check_open(O_RDONLY); }), 0);
  EXPECT_THAT(guest_.calls, IsEmpty());
}

TEST_F(GuestFilesTest, AccessGoesByTheModeButNotForRoot) {
  list();
  EXPECT_EQ(errno_of([&] { files_.check_access("/d/file", R_OK | W_OK, 7, 0); }), 0);
  EXPECT_EQ(errno_of([&] { files_.check_access("/d/file", R_OK, 99, 8); }), 0);
  EXPECT_EQ(errno_of([&] { files_.check_access("/d/file", W_OK, 99, 8); }), EACCES);
  EXPECT_EQ(errno_of([&] { files_.check_access("/d/file", R_OK, 99, 99); }), EACCES);
  EXPECT_EQ(errno_of([&] { files_.check_access("/d/file", W_OK, 0, 0); }), 0);
}

TEST_F(GuestFilesTest, AttributesAreCreatedOrReplacedAsAsked) {
  guest_.answers["lgetxattrs"] = [](XdrReader&, const LocalFile*) {
    return list_reply<Xattr>({{"user.a", "value"}});
  };
  guest_.answers["lsetxattr"] = [](XdrReader&, const LocalFile*) { return FakeCalls::nothing(); };
  EXPECT_EQ(errno_of([&] { files_.set_xattr("/f", "user.a", "x", XATTR_CREATE); }), EEXIST);
  EXPECT_EQ(errno_of([&] { files_.set_xattr("/f", "user.b", "x", XATTR_REPLACE); }), ENODATA);
  EXPECT_EQ(errno_of([&] { files_.set_xattr("/f", "user.b", "x", 0); }), 0);
}

TEST_F(GuestFilesTest, ReadsAndWritesTwoMebibytesAtATime) {
  int32_t asked = 0;
  size_t sent = 0;
  guest_.answers["pread"] = [&](XdrReader& in, const LocalFile*) {
    in.string();
    asked = in.int32();
    XdrWriter out;
    out.opaque("x");
    return std::move(out).take();
  };
  guest_.answers["pwrite"] = [&](XdrReader& in, const LocalFile*) {
    in.string();
    sent = in.opaque().size();
    XdrWriter out;
    out.int32(static_cast<int32_t>(sent));
    return std::move(out).take();
  };
  constexpr size_t kMost = 2 << 20;
  for (const size_t bytes : {kMost, kMost + 1}) {
    files_.read("/d/file", bytes, 0);
    EXPECT_EQ(asked, int32_t{kMost});
    EXPECT_EQ(files_.write("/d/file", std::string(bytes, 'x'), 0), kMost);
    EXPECT_EQ(sent, kMost);
  }
}

}  // namespace
}  // namespace glovebox::fuse
