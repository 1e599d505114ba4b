// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest/mount.h"

#include <gtest/gtest.h>

#include <sstream>

#include "inspect/report/report_json.h"
#include "tests/unit/tools/fake_calls.h"
#include "tools/common/cli/usage_error.h"

namespace glovebox::tools {
namespace {

using inspect::OperatingSystem;
using inspect::Report;

class Mount : public testing::Test {
 protected:
  Mount() {
    guest_.answers["internal_inspect"] = [this](proto::XdrReader&, const LocalFile* sink) {
      FakeCalls::send(sink, report_text_.empty() ? inspect::to_json(report_) : report_text_);
      return FakeCalls::nothing();
    };
    guest_.answers["mount_ro"] = [this](proto::XdrReader& in, const LocalFile*) {
      const std::string device = in.string(), directory = in.string();
      if (device == "/dev/bad")
        FakeCalls::fail("mount_ro: /dev/bad on " + directory + ": wrong fs type", 22);
      mounted_ += device + " on " + directory + "; ";
      return FakeCalls::nothing();
    };
    guest_.answers["mount_options"] = [this](proto::XdrReader& in, const LocalFile*) {
      mounted_ += "-o " + in.string() + " ";
      mounted_ += in.string() + " on ";
      mounted_ += in.string() + "; ";
      return FakeCalls::nothing();
    };
    guest_.answers["mount_vfs"] = [this](proto::XdrReader& in, const LocalFile*) {
      mounted_ += "-o " + in.string() + " -t ";
      mounted_ += in.string() + " ";
      mounted_ += in.string() + " on ";
      mounted_ += in.string() + "; ";
      return FakeCalls::nothing();
    };
    guest_.answers["internal_met_damage"] = [this](proto::XdrReader&, const LocalFile*) {
      proto::XdrWriter out;
      out.boolean(met_damage_);
      return std::move(out).take();
    };
    guest_.answers["internal_mount_unreplayed"] = [this](proto::XdrReader& in, const LocalFile*) {
      in.string();
      in.string();
      mounted_ += in.string() + " unreplayed on ";
      mounted_ += in.string() + "; ";
      return FakeCalls::nothing();
    };
    guest_.answers["internal_list_encrypted"] = [this](proto::XdrReader&, const LocalFile*) {
      proto::XdrWriter out;
      out.uint32(encrypted_ ? 1 : 0);
      if (encrypted_)
        for (const char* text : {"/dev/sda2", "crypto_LUKS", "0a1b"}) out.string(text);
      return std::move(out).take();
    };
    guest_.answers["list_filesystems"] = [](proto::XdrReader&, const LocalFile*) {
      proto::XdrWriter out;
      out.pairs({{"/dev/sda1", "ext4"}, {"/dev/vg0/root", "xfs"}});
      return std::move(out).take();
    };
  }

  // Everything that is said, the thrown error last.
  std::string run(const GuestOptions& options = {}, Damage damage = Damage::Tell) {
    std::ostringstream err;
    Messages messages("virt-test", err);
    std::string thrown;
    try {
      mount_guest(guest_, options, damage, messages);
    } catch (const UsageError& e) {
      thrown = std::string("threw ") + e.what() + "\n";
      for (const std::string& line : e.advice()) thrown += line + "\n";
    } catch (const Error& e) {
      thrown = std::string("threw ") + e.what() + "\n";
    }
    return err.str() + thrown;
  }

  FakeCalls guest_;
  Report report_;
  std::string report_text_;
  bool met_damage_ = false;
  bool encrypted_ = false;
  std::string mounted_;
};

TEST_F(Mount, TheOneSystemByLengthOfPath) {
  report_.operatingsystems = {
      {.root = "/dev/r",
       .mountpoints = {{"/dev/b", "/usr/local"}, {"/dev/u", "/usr"}, {"/dev/r", "/"}}}};
  EXPECT_EQ(run(), "");
  EXPECT_EQ(mounted_, "/dev/r on /; /dev/u on /usr; /dev/b on /usr/local; ");
}

TEST_F(Mount, WhatCannotBeMountedIsLeftOut) {
  report_.operatingsystems = {
      {.root = "/dev/r",
       .mountpoints = {{"/dev/r", "/"}, {"/dev/bad", "/home"}, {"/dev/v", "/var"}}}};
  EXPECT_EQ(run(),
            "virt-test: mount_ro: /dev/bad on /home: wrong fs type\n"
            "virt-test: some filesystems could not be mounted (ignored)\n");
  EXPECT_EQ(mounted_, "/dev/r on /; /dev/v on /var; ");
}

TEST_F(Mount, TheRootHasToMount) {
  report_.operatingsystems = {{.root = "/dev/bad", .mountpoints = {{"/dev/bad", "/"}}}};
  EXPECT_EQ(run(), "threw mount_ro: /dev/bad on /: wrong fs type\n");
}

TEST_F(Mount, NoSystem) {
  report_.problems = {{"/dev/sda1", "cannot be mounted: bad superblock"}};
  EXPECT_EQ(run(),
            "virt-test: /dev/sda1: cannot be mounted: bad superblock\n"
            "threw no operating system was found on this disk, only /dev/sda1 (ext4), "
            "/dev/vg0/root (xfs)\n"
            "\n"
            "To read files without an operating system being recognised, say what to mount:\n"
            "  -m DEVICE[:DIRECTORY]\n"
            "`virt-inspector` shows what was found and what could not be read.\n");
}

TEST_F(Mount, SeveralSystems) {
  report_.operatingsystems = {{.root = "/dev/sda1", .product_name = "Debian"},
                              {.root = "/dev/sda2", .product_name = "Fedora"}};
  EXPECT_EQ(run(),
            "threw multi-boot operating systems are not supported\n"
            "\n"
            "Choose one with -m:\n"
            "  -m /dev/sda1    Debian\n"
            "  -m /dev/sda2    Fedora\n");
}

TEST_F(Mount, AReportThatIsNotOneIsRefused) {
  report_text_ = "{\"operatingsystems\": 3}";
  EXPECT_TRUE(run().starts_with("threw ")) << run();
  EXPECT_EQ(mounted_, "");
}

TEST_F(Mount, AsRequested) {
  EXPECT_EQ(
      run({.mounts = {{"/dev/a"}, {"/dev/b", "/b", "noatime"}, {"/dev/c", "/c", "", "ext4"}}}), "");
  EXPECT_EQ(mounted_, "/dev/a on /; -o noatime /dev/b on /b; -o  -t ext4 /dev/c on /c; ");
}

TEST_F(Mount, InUseDamageIsThrownAndNothingIsSaid) {
  report_.operatingsystems = {
      {.root = "/dev/r", .mountpoints = {{"/dev/r", "/"}, {"/dev/bad", "/home"}}}};
  EXPECT_EQ(run({}, Damage::Throw), "threw mount_ro: /dev/bad on /home: wrong fs type\n");
  EXPECT_EQ(run({.mounts = {{"/dev/bad"}}}, Damage::Throw),
            "threw mount_ro: /dev/bad on /: wrong fs type\n");
  met_damage_ = true;
  EXPECT_EQ(run({}, Damage::Throw), "threw inspection found damage\n");
}

TEST_F(Mount, InUseTheLastTryLeavesJournalsAlone) {
  met_damage_ = true;
  report_.operatingsystems = {
      {.root = "/dev/r", .mountpoints = {{"/dev/r", "/"}, {"/dev/bad", "/home"}}}};
  EXPECT_EQ(
      run({}, Damage::ReadPast),
      "virt-test: mount_ro: /dev/bad on /home: wrong fs type; another process is writing to "
      "this disk, and three inspections found damage, so it was mounted without replaying its "
      "journal: the newest changes may be missing\n");
  EXPECT_EQ(mounted_, "/dev/r on /; /dev/bad unreplayed on /home; ");
}

TEST_F(Mount, ChoicesAreOffered) {
  EXPECT_EQ(run({.mounts = {{"/dev/bad"}, {"/dev/a"}}}),
            "virt-test: mount_ro: /dev/bad on /: wrong fs type\n"
            "virt-test: ‘/dev/bad’ could not be mounted.\n"
            "virt-test: Did you mean to mount one of these filesystems?\n"
            "virt-test: \t/dev/sda1 (ext4)\n"
            "virt-test: \t/dev/vg0/root (xfs)\n"
            "threw \n");
  EXPECT_EQ(mounted_, "");
}

TEST_F(Mount, WhatIsEncryptedIsReported) {
  encrypted_ = true;
  const std::string choices =
      "virt-test: mount_ro: /dev/bad on /: wrong fs type\n"
      "virt-test: ‘/dev/bad’ could not be mounted.\n"
      "virt-test: Did you mean to mount one of these filesystems?\n"
      "virt-test: \t/dev/sda1 (ext4)\n"
      "virt-test: \t/dev/vg0/root (xfs)\n"
      "virt-test: /dev/sda2: it is encrypted (LUKS) and was not opened, so its contents cannot be "
      "mounted; ";
  EXPECT_EQ(run({.mounts = {{"/dev/bad"}}}), choices + "give its key with --key\nthrew \n");
  EXPECT_EQ(
      run({.mounts = {{"/dev/bad"}}, .keys = {{"/dev/sdb1"}}}),
      choices + "none of the given keys is for this disk, which is /dev/sda2 or 0a1b\nthrew \n");
  report_.problems = {{"/dev/sda2", "it was not opened"}};
  const std::string no_system = run({.keys = {{"/dev/sdb1"}}});
  EXPECT_TRUE(no_system.starts_with(
      "virt-test: /dev/sda2: it was not opened; none of the given keys is for "
      "this disk, which is /dev/sda2 or "
      "0a1b\nthrew no operating system was found on this disk, only "))
      << no_system;
}

TEST_F(Mount, WithoutChoicesNoneAreOffered) {
  guest_.answers["list_filesystems"] = [](proto::XdrReader&, const LocalFile*) {
    proto::XdrWriter out;
    out.pairs({});
    return std::move(out).take();
  };
  EXPECT_EQ(run({.mounts = {{"/dev/bad"}}}),
            "virt-test: mount_ro: /dev/bad on /: wrong fs type\n"
            "virt-test: ‘/dev/bad’ could not be mounted.\n"
            "threw \n");
}

TEST_F(Mount, InsteadOfASystemTenFilesystemsAreReported) {
  const auto reported = [&](int count) {
    guest_.answers["list_filesystems"] = [count](proto::XdrReader&, const LocalFile*) {
      proto::XdrWriter out;
      out.uint32(static_cast<uint32_t>(2 * count));
      for (int i = 1; i <= count; ++i) {
        out.string("/dev/sda" + std::to_string(i));
        out.string("ext4");
      }
      return std::move(out).take();
    };
    return instead_of_a_system(guest_);
  };
  std::string ten = ", only /dev/sda1 (ext4)";
  for (int i = 2; i <= 10; ++i) ten += ", /dev/sda" + std::to_string(i) + " (ext4)";
  EXPECT_EQ(reported(10), ten);
  EXPECT_EQ(reported(11), ten + " and 1 more");
}

}  // namespace
}  // namespace glovebox::tools
