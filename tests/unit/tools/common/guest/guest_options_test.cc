// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest/guest_options.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/files.h"
#include "tools/common/cli/parse.h"
#include "tools/common/cli/usage_error.h"

namespace glovebox::tools {
namespace {

class GuestOptionsTest : public testing::Test {
 protected:
  GuestOptionsTest() { base::replace_file(disk_, ""); }

  // Parses and settles as virt-cat does; the whole text of what is thrown, or "" if all is well.
  std::string run(const std::vector<std::string>& arguments,
                  OldStyle style = OldStyle::AllButTheLast) {
    options_ = {};
    std::ostringstream err;
    Messages messages("virt-test", err);
    const Tool tool = {"virt-test", "test", {}, guest_options(options_, messages, Mounts::Yes)};
    try {
      operands_ = parse(tool, arguments).operands;
      take_old_style_drives(options_, operands_, style);
      require_settings_used(options_);
      require_drives(options_);
    } catch (const UsageError& e) {
      return std::string(e.what()) + (e.then() == Then::TryHelp ? "+help" : "");
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  }

  base::TempDir dir_;
  std::string disk_ = dir_.path() + "/disk.img";
  GuestOptions options_;
  std::vector<std::string> operands_;
};

TEST_F(GuestOptionsTest, FormatAndBlocksizeApplyToTheDisksThatFollow) {
  EXPECT_EQ(run({"-a", disk_, "--format=raw", "--blocksize=4096", "-a", disk_, "--add=" + disk_,
                 "--format", "--blocksize", "-a", disk_, "/x"}),
            "");
  EXPECT_EQ(options_.drives, (std::vector<DriveSource>{
                                 {disk_}, {disk_, "raw", 4096}, {disk_, "raw", 4096}, {disk_}}));
  EXPECT_EQ(operands_, std::vector<std::string>{"/x"});
}

TEST_F(GuestOptionsTest, FormatAfterTheLastDisk) {
  EXPECT_EQ(run({"-a", disk_, "--format=raw", "/x"}),
            "--format parameter must appear before -a parameter");
  EXPECT_EQ(run({"-a", disk_, "--blocksize", "/x"}),
            "--blocksize parameter must appear before -a parameter");
  EXPECT_EQ(run({"--blocksize=7", "-a", disk_}),
            "--blocksize=7: the sector size must be 512 or 4096");
}

TEST_F(GuestOptionsTest, TimeoutIsANumberOfSecondsOrNone) {
  EXPECT_EQ(run({"-a", disk_, "--timeout=90", "/x"}), "");
  EXPECT_EQ(options_.timeout, std::chrono::seconds(90));
  for (const std::string none : {"none", "0"}) {
    EXPECT_EQ(run({"-a", disk_, "--timeout", none, "/x"}), "");
    EXPECT_EQ(options_.timeout, std::chrono::seconds(0));
  }
  EXPECT_EQ(run({"-a", disk_, "/x"}), "");
  EXPECT_EQ(options_.timeout, std::nullopt);
  for (const std::string bad : {"", "-1", "+1", "1h", "1.5", " 1", "None", "1000000000"})
    EXPECT_EQ(run({"-a", disk_, "--timeout=" + bad, "/x"}),
              "--timeout=" + bad + ": the limit must be a number of seconds or 'none'");
}

TEST_F(GuestOptionsTest, NothingToWorkOn) {
  EXPECT_EQ(run({"/x"}), "error: you must specify at least one -a or -d option.+help");
  EXPECT_EQ(run({}), "error: you must specify at least one -a or -d option.+help");
}

TEST_F(GuestOptionsTest, ADiskThatIsNotThereFailsAtOnce) {
  EXPECT_EQ(run({"-a", "/nonexistent/d.img", "--foo"}),
            "/nonexistent/d.img: No such file or directory");
  EXPECT_EQ(run({"-a", ""}), "-a: the name of the disk is empty");
}

TEST_F(GuestOptionsTest, OldStyleArguments) {
  EXPECT_EQ(run({disk_, disk_, "/x"}), "");
  EXPECT_EQ(options_.drives, (std::vector<DriveSource>{{disk_}, {disk_}}));
  EXPECT_EQ(operands_, std::vector<std::string>{"/x"});
  EXPECT_EQ(run({"--format=raw", disk_}, OldStyle::EveryOperand), "");
  EXPECT_EQ(options_.drives, (std::vector<DriveSource>{{disk_, "raw"}}));
  EXPECT_EQ(operands_, std::vector<std::string>{});
  EXPECT_EQ(run({"-a", disk_, disk_, "/x"}), "");
  EXPECT_EQ(operands_, (std::vector<std::string>{disk_, "/x"}));
}

TEST_F(GuestOptionsTest, GuestsOfLibvirtStandInOrderWithDisks) {
  using Kind = DriveSource::Kind;
  EXPECT_EQ(run({"-a", disk_, "-d", "web", "-c", "test:///x", "--format=raw", "-a", disk_, "/x"}),
            "");
  EXPECT_EQ(options_.drives, (std::vector<DriveSource>{
                                 {disk_}, {.path = "web", .kind = Kind::Domain}, {disk_, "raw"}}));
  EXPECT_EQ(options_.connect, "test:///x");
  EXPECT_EQ(run({"web", disk_, "/x"}), "");
  EXPECT_EQ(options_.drives,
            (std::vector<DriveSource>{{.path = "web", .kind = Kind::Guess}, {disk_}}));
  EXPECT_EQ(run({"-d", "", "/x"}), "-d: the name of the guest is empty");
  EXPECT_EQ(run({"--format=raw", "-d", "web", "/x"}),
            "--format parameter must appear before -a parameter");
}

TEST_F(GuestOptionsTest, RemoteDisksAreNamedByScheme) {
  EXPECT_EQ(
      run({"-a", "nbd://host/x", "/x"}),
      "nbd://host/x: disks over nbd are not supported yet; name a file or a block device of this "
      "machine");
  EXPECT_EQ(run({"-a", "foo://host/x", "/x"}), "unknown protocol ‘foo’");
}

TEST_F(GuestOptionsTest, FileUris) {
  EXPECT_EQ(run({"-a", "file://" + disk_, "/x"}), "");
  EXPECT_EQ(options_.drives, std::vector<DriveSource>{{disk_}});
  EXPECT_EQ(run({"-a", "file://localhost" + dir_.path() + "/d%69sk.img", "/x"}), "");
  EXPECT_EQ(options_.drives, std::vector<DriveSource>{{disk_}});
  EXPECT_EQ(run({"-a", "file://relative", "/x"}),
            "file://relative: a file URI must have an absolute path: file:///PATH");
  EXPECT_EQ(run({"-a", "file:///x%0", "/x"}), "file:///x%0: bad %-escape in the URI");
  EXPECT_EQ(run({"-a", "file:///x%00", "/x"}), "file:///x%00: bad %-escape in the URI");
}

TEST(UriScheme, OnlyShortLowerCaseWordsAtTheBegin) {
  EXPECT_EQ(uri_scheme("nbd+unix:///x"), "nbd+unix");
  for (const char* file :
       {"disk.img", "./a://b", "Nbd://x", "://x", "verylongscheme://x", "s3://x"})
    EXPECT_EQ(uri_scheme(file), std::nullopt) << file;
}

TEST(ParseMount, Parts) {
  EXPECT_EQ(parse_mount("/dev/sda1"), (MountRequest{"/dev/sda1"}));
  EXPECT_EQ(parse_mount("/dev/sda1:/boot"), (MountRequest{"/dev/sda1", "/boot"}));
  EXPECT_EQ(parse_mount("/dev/sda1:/:noatime,ro"), (MountRequest{"/dev/sda1", "/", "noatime,ro"}));
  EXPECT_EQ(parse_mount("/dev/sda1:/::ext4"), (MountRequest{"/dev/sda1", "/", "", "ext4"}));
  EXPECT_EQ(parse_mount("btrfsvol:/dev/sda2/root:/r"),
            (MountRequest{"btrfsvol:/dev/sda2/root", "/r"}));
}

TEST(ParseKey, Selectors) {
  using Kind = KeySelector::Kind;
  EXPECT_EQ(parse_key("/dev/sda1:key:a:b"), (KeySelector{"/dev/sda1", Kind::Passphrase, "a:b"}));
  EXPECT_EQ(parse_key("all:file:/k"), (KeySelector{"all", Kind::File, "/k"}));
  EXPECT_EQ(parse_key("all:clevis"), (KeySelector{"all", Kind::Clevis}));
  for (const char* bad : {"foo", "foo:bar", "foo:key", ":key:x", ""}) {
    try {
      parse_key(bad);
      ADD_FAILURE() << bad;
    } catch (const UsageError& e) {
      EXPECT_EQ(std::string(e.what()), std::string("invalid selector for --key: ") + bad);
    }
  }
}

TEST(ParseKey, OfAFileWithoutAName) {
  try {
    parse_key("/dev/sda1:file:");
    FAIL();
  } catch (const UsageError& e) {
    EXPECT_STREQ(e.what(), "--key /dev/sda1:file: the name of the file is empty");
  }
}

TEST_F(GuestOptionsTest, ARefusedUriIsReportedWithoutItsPassword) {
  const auto refused = [](const std::string& uri) {
    return uri +
           ": disks over ssh are not supported yet; name a file or a block device of this "
           "machine";
  };
  EXPECT_EQ(run({"-a", "ssh://user:secret@host/x"}), refused("ssh://user@host/x"));
  EXPECT_EQ(run({"-a", "ssh://user:s/e:c@r@host:22/x"}), refused("ssh://user@host:22/x"));
  EXPECT_EQ(run({"-a", "ssh://user:123@host"}), refused("ssh://user@host"));
  for (const char* uri : {"ssh://host/x", "ssh://user@host:22/x", "ssh://host:22/a:b@c",
                          "ssh://host/a:b@c", "ssh://host:22"})
    EXPECT_EQ(run({"-a", uri}), refused(uri));
}

TEST_F(GuestOptionsTest, ProgressForm) {
  EXPECT_EQ(run({"-a", disk_, "--progress=json", "/x"}), "");
  EXPECT_EQ(run({"-a", disk_, "--progress=bar", "/x"}),
            "--progress=bar: the form must be 'auto' or 'json'");
}

}  // namespace
}  // namespace glovebox::tools
