// SPDX-License-Identifier: GPL-2.0-or-later
//
// Whole lines of the trace, as libguestfs 1.48 prints them for the same calls (recorded with
// `guestfish -x`), over a transact() that gives the answer prepared for it.
#include "calls/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "proto/coders.h"

namespace glovebox {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_literals;

class TracedCalls : public Calls {
 public:
  bool on = true;
  proto::XdrWriter answer;
  std::string file;  // what a FileOut call sends
  bool fails = false;
  std::vector<std::string> lines;

 protected:
  std::string transact(const CallInfo& call, const Request& request) override {
    if (fails)
      throw Error(Errc::Remote, call.name + ": no"s, 2);
    if (request.file_out)
      base::write_all(request.file_out->fd, file, "file");
    return std::move(answer).take();
  }
  bool traced() const override { return on; }
  void trace(const std::string& line) override { lines.push_back(line); }
};

TEST(Trace, SilentUnlessAskedFor) {
  TracedCalls calls;
  calls.on = false;
  calls.mount("/dev/sda", "/");
  EXPECT_THAT(calls.lines, IsEmpty());
}

TEST(Trace, TextAndNoResult) {
  TracedCalls calls;
  calls.mount_ro("/dev/sda1", "/");
  EXPECT_THAT(calls.lines, ElementsAre("mount_ro \"/dev/sda1\" \"/\"", "mount_ro = 0"));
}

TEST(Trace, Failures) {
  TracedCalls calls;
  calls.fails = true;
  EXPECT_THROW(calls.mount("/dev/sdz1", "/"), Error);
  EXPECT_THROW(calls.list_devices(), Error);
  EXPECT_THROW(calls.read_file("/x"), Error);
  EXPECT_THAT(calls.lines, ElementsAre("mount \"/dev/sdz1\" \"/\"", "mount = -1 (error)",
                                       "list_devices", "list_devices = NULL (error)",
                                       "read_file \"/x\"", "read_file = NULL (error)"));
}

TEST(Trace, ADamagedReplyIsAFailure) {
  TracedCalls calls;
  calls.answer.int32(1);
  EXPECT_THROW(calls.mount("/dev/sda1", "/"), Error);
  EXPECT_THAT(calls.lines, ElementsAre("mount \"/dev/sda1\" \"/\"", "mount = -1 (error)"));
}

TEST(Trace, NumbersAndOptionalArguments) {
  TracedCalls calls;
  calls.answer.boolean(true);
  calls.is_file("/gb-trace", {.followsymlinks = true});
  calls.answer = {};
  calls.umount("/", {.force = false, .lazyunmount = false});
  calls.answer = {};
  calls.umount("/");
  calls.answer = {};
  calls.lvm_scan(true);
  calls.answer = {};
  calls.answer.opaque("ell");
  calls.pread("/gb-trace", 3, 1);
  calls.answer = {};
  calls.chmod(420, "/x");
  EXPECT_THAT(
      calls.lines,
      ElementsAre("is_file \"/gb-trace\" \"followsymlinks:true\"", "is_file = 1",
                  "umount \"/\" \"force:false\" \"lazyunmount:false\"", "umount = 0",
                  "umount \"/\"", "umount = 0", "lvm_scan true", "lvm_scan = 0",
                  "pread \"/gb-trace\" 3 1", "pread = \"ell\"", "chmod 420 \"/x\"", "chmod = 0"));
}

TEST(Trace, Lists) {
  TracedCalls calls;
  calls.answer.strings({"/dev/sda", "/dev/sdb"});
  calls.list_devices();
  calls.answer = {};
  calls.answer.pairs({{"/dev/sda", "ext4"}});
  calls.list_filesystems();
  calls.answer = {};
  calls.answer.strings({});
  calls.pvs();
  EXPECT_THAT(
      calls.lines,
      ElementsAre("list_devices", "list_devices = [\"/dev/sda\", \"/dev/sdb\"]", "list_filesystems",
                  "list_filesystems = [\"/dev/sda\", \"ext4\"]", "pvs", "pvs = []"));
}

TEST(Trace, ACallOfTheHostIsOneCall) {
  TracedCalls calls;
  calls.file = "sub\0link\0"s;
  calls.ls("/");
  calls.write("/gb-trace", "hello");
  EXPECT_THAT(calls.lines, ElementsAre("ls \"/\"", "ls = [\"link\", \"sub\"]",
                                       "write \"/gb-trace\" \"hello\"", "write = 0"));
}

TEST(Trace, BuffersAreEscapedAndCut) {
  TracedCalls calls;
  calls.file = "a\nb\0\xff"s;
  calls.read_file("/x");
  calls.write("/x", std::string(256, 'a'));
  calls.write("/x", std::string(257, 'a'));
  const std::string shown = "write \"/x\" \"" + std::string(256, 'a') + "\"";
  EXPECT_THAT(
      calls.lines,
      ElementsAre("read_file \"/x\"", "read_file = \"a\\x0ab\\x00\\xff\"", shown, "write = 0",
                  shown + "<truncated, original size 257 bytes>", "write = 0"));
}

TEST(Trace, Structs) {
  TracedCalls calls;
  proto::write(calls.answer, StatVfs{.bsize = 1024, .frsize = 1});
  calls.statvfs("/");
  calls.answer = {};
  proto::write_list(calls.answer, std::vector<Xattr>{{"user.a", "\x01"}, {"user.b", "c"}});
  calls.getxattrs("/x");
  calls.answer = {};
  proto::write_list(calls.answer, std::vector<Xattr>{});
  calls.getxattrs("/y");
  EXPECT_THAT(
      calls.lines,
      ElementsAre(
          "statvfs \"/\"",
          "statvfs = <struct guestfs_statvfs = bsize: 1024, frsize: 1, blocks: 0, bfree: 0, "
          "bavail: 0, files: 0, ffree: 0, favail: 0, fsid: 0, flag: 0, namemax: 0, >",
          "getxattrs \"/x\"",
          "getxattrs = <struct guestfs_xattr_list(2) = [0]{attrname: user.a, attrval: \\x01, } "
          "[1]{attrname: user.b, attrval: c, }>",
          "getxattrs \"/y\"", "getxattrs = <struct guestfs_xattr_list(0)>"));
}

TEST(Trace, FilesByName) {
  TracedCalls calls;
  calls.download("/etc/x", LocalFile::descriptor(base::make_memfd("test").get()));
  calls.upload("/tmp/x", "/etc/x");
  EXPECT_THAT(calls.lines[1], "download = 0");
  EXPECT_THAT(calls.lines[2], "upload \"/tmp/x\" \"/etc/x\"");
}

TEST(Trace, TheSeedOfACloneIsNeverShown) {
  TracedCalls calls;
  calls.internal_start(1, "entropy", {});
  EXPECT_THAT(calls.lines, IsEmpty());
}

TEST(TraceLine, KeysAreHidden) {
  calls::TraceLine line("luks_open");
  line.argument("/dev/sda");
  line.hidden_argument();
  line.argument("secret");
  EXPECT_EQ(line.text(), "luks_open \"/dev/sda\" \"***\" \"secret\"");
}

TEST(TraceLine, PercentThatIsAbsent) {
  calls::TraceLine line("");
  line.field("a", -1.0f);
  line.field("b", 12.5f);
  EXPECT_EQ(line.text(), "a: , b: 12.5 %, ");
}

}  // namespace
}  // namespace glovebox
