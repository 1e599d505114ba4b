// SPDX-License-Identifier: GPL-2.0-or-later
//
// The engine with the real linux.so in its real process, on directories in place of disks; and with
// plugins that misbehave.
#include "inspect/engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "base/cat.h"
#include "inspect/report/report_json.h"
#include "inspect/worker/worker.h"
#include "tests/unit/inspect/engine/fake_volumes.h"
#include "tests/unit/message_of.h"

namespace glovebox::inspect {
namespace {

using base::cat;
using std::literals::operator""s;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kLinux = GLOVEBOX_BINARY_DIR "/lib/glovebox/plugins/linux.so";

std::string hostile(int behaviour) {
  return cat(GLOVEBOX_BINARY_DIR "/tests/plugins/hostile-", behaviour, ".so");
}
enum {
  kCrash = 1,
  kHang,
  kAllocate,
  kGarbage,
  kFail,
  kWrongVersion,
  kOld,
  kDiesAtStart,
  kSpin,
  kClaims,
  kPrivileges,
  kAnnouncesMost = 14,
  kAnnouncesTooMuch,
  kLongHello,
  kTooLongHello
};

WorkerLimits limits(std::chrono::milliseconds detect) {
  WorkerLimits limits;
  limits.detect = detect;
  limits.address_space_bytes = 256 << 20;
  return limits;
}

class EngineTest : public testing::Test {
 protected:
  // Long enough for a busy machine.
  explicit EngineTest(std::chrono::milliseconds detect = std::chrono::seconds(8))
      : engine_("", limits(detect)) {}
  void add_debian(const std::string& device = "/dev/sda1",
                  const std::string& fstab = "/dev/sda1 / ext4\n") {
    volumes_.add({.device = device, .vfs_type = "ext4", .uuid = "u-1"});
    write_debian(device, fstab);
  }
  void write_debian(const std::string& device, const std::string& fstab) {
    std::string bash =
        "\x7f"
        "ELF\2\1\1";
    bash.resize(64);
    bash[18] = 62;
    volumes_.file(device, "/etc/fstab", fstab);
    volumes_.file(device, "/etc/debian_version", "12.5\n");
    volumes_.file(device, "/etc/hostname", "guest\n");
    volumes_.file(device, "/bin/bash", bash);
    volumes_.file(device, "/var/lib/dpkg/status", kPackages);
  }
  Report inspect(const InspectOptions& options = {}) { return engine_.inspect(volumes_, options); }

  static constexpr const char* kPackages =
      "Package: zsh\nStatus: install ok installed\nVersion: 5.9-4\n\n"
      "Package: bash\nStatus: install ok installed\nVersion: 5.2.15-2\n\n";

  FakeVolumes volumes_;
  Engine engine_;
};

auto problem(const std::string& where, const std::string& what) {
  return AllOf(Field(&Problem::where, HasSubstr(where)), Field(&Problem::what, HasSubstr(what)));
}

TEST_F(EngineTest, DescribesADebianGuestWhole) {
  engine_.add_plugin(kLinux);
  add_debian();
  const Report report = inspect();
  ASSERT_THAT(report.operatingsystems, SizeIs(1));
  const OperatingSystem expected{
      .root = "/dev/sda1",
      .name = "linux",
      .arch = "x86_64",
      .distro = "debian",
      .product_name = "12.5",
      .major_version = 12,
      .minor_version = 5,
      .package_format = "deb",
      .package_management = "apt",
      .hostname = "guest",
      .osinfo = "debian12",
      .mountpoints = {{"/dev/sda1", "/"}},
      .filesystems = {{.dev = "/dev/sda1", .type = "ext4", .uuid = "u-1"}},
      .applications = {{{.name = "bash", .version = "5.2.15", .release = "2"},
                        {.name = "zsh", .version = "5.9", .release = "4"}}}};
  EXPECT_EQ(report.operatingsystems[0], expected);
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(from_json(to_json(report)), report);
}

TEST_F(EngineTest, MountsEachVolumeOnceAndNothingTwice) {
  engine_.add_plugin(kLinux);
  add_debian("/dev/sda1", "/dev/sda1 / ext4\n/dev/sda2 /home ext4\n");
  volumes_.add({.device = "/dev/sda2", .vfs_type = "ext4"});
  volumes_.add({.device = "/dev/sda3", .vfs_type = "swap"});
  volumes_.add({.device = "/dev/sda4", .vfs_type = "unknown"});
  inspect();
  EXPECT_THAT(volumes_.mounts, ElementsAre("/dev/sda1", "/dev/sda2"));
  EXPECT_EQ(volumes_.trees, 0);  // /home holds nothing that describe() reads
}

TEST_F(EngineTest, ReadsPackagesFromASeparateVar) {
  engine_.add_plugin(kLinux);
  volumes_.add({.device = "/dev/sda1", .vfs_type = "ext4"});
  volumes_.add({.device = "/dev/sda2", .vfs_type = "ext4", .label = "var"});
  volumes_.file("/dev/sda1", "/etc/fstab", "/dev/sda1 / ext4\nLABEL=var /var ext4\n");
  volumes_.file("/dev/sda1", "/etc/debian_version", "12.5\n");
  volumes_.file("/dev/sda1", "/bin/sh", "");
  volumes_.file("/dev/sda2", "/lib/dpkg/status", kPackages);
  const Report report = inspect();
  ASSERT_THAT(report.operatingsystems, SizeIs(1));
  EXPECT_THAT(*report.operatingsystems[0].applications, SizeIs(2));
  EXPECT_EQ(volumes_.trees, 1);
}

TEST_F(EngineTest, ReadsOsReleaseFromASeparateUsr) {
  engine_.add_plugin(kLinux);
  volumes_.add({.device = "/dev/sda1", .vfs_type = "ext4"});
  volumes_.add({.device = "/dev/sda2", .vfs_type = "ext4"});
  volumes_.file("/dev/sda1", "/etc/fstab", "/dev/vda1 / ext4\n/dev/vda2 /usr ext4\n");
  volumes_.link("/dev/sda1", "/etc/os-release", "../usr/lib/os-release");
  volumes_.link("/dev/sda1", "/bin", "usr/bin");
  volumes_.file("/dev/sda1", "/var/lib/dpkg/status", kPackages);
  volumes_.file("/dev/sda2", "/lib/os-release",
                "ID=ubuntu\nPRETTY_NAME=\"Ubuntu 22.04\"\nVERSION_ID=\"22.04\"\n");
  const Report report = inspect();
  ASSERT_THAT(report.operatingsystems, SizeIs(1));
  EXPECT_EQ(report.operatingsystems[0].distro, "ubuntu");
  EXPECT_EQ(report.operatingsystems[0].osinfo, "ubuntu22.04");
  EXPECT_THAT(*report.operatingsystems[0].applications, SizeIs(2));
}

TEST_F(EngineTest, FindsSystemsInSubvolumesAndDropsTheirSnapshots) {
  engine_.add_plugin(kLinux);
  volumes_.add({.device = "/dev/sda2", .vfs_type = "btrfs", .uuid = "b"});
  add_debian("btrfsvol:/dev/sda2/@", "UUID=b / btrfs subvol=@\nUUID=b /home btrfs subvol=@home\n");
  volumes_.add({.device = "btrfsvol:/dev/sda2/@home", .vfs_type = "btrfs", .uuid = "b"});
  volumes_.add({.device = "btrfsvol:/dev/sda2/snap/1",
                .vfs_type = "btrfs",
                .uuid = "b",
                .is_snapshot = true});
  write_debian("btrfsvol:/dev/sda2/snap/1", "UUID=b / btrfs subvol=@\n");
  const Report report = inspect();
  ASSERT_THAT(report.operatingsystems, SizeIs(1));
  EXPECT_EQ(report.operatingsystems[0].root, "btrfsvol:/dev/sda2/@");
  EXPECT_THAT(report.operatingsystems[0].mountpoints,
              ElementsAre(Mountpoint{"btrfsvol:/dev/sda2/@", "/"},
                          Mountpoint{"btrfsvol:/dev/sda2/@home", "/home"}));
}

TEST_F(EngineTest, ReportsTheGoodFileSystemAndTheDamagedOne) {
  engine_.add_plugin(kLinux);
  volumes_.add({.device = "/dev/sda9", .vfs_type = "ext4"});
  volumes_.damage("/dev/sda9");
  add_debian("/dev/sda1", "/dev/sda1 / ext4\n/dev/sda9 /usr ext4\n");
  const Report report = inspect();
  ASSERT_THAT(report.operatingsystems, SizeIs(1));
  EXPECT_THAT(*report.operatingsystems[0].applications, SizeIs(2));
  EXPECT_THAT(report.problems, ElementsAre(problem("/dev/sda9", "Structure needs cleaning")));
}

TEST_F(EngineTest, LeavesOutWhatIsNotAskedFor) {
  engine_.add_plugin(kLinux);
  add_debian();
  EXPECT_FALSE(inspect({.applications = false}).operatingsystems[0].applications.has_value());
}

TEST_F(EngineTest, NothingInsideIsNoError) {
  engine_.add_plugin(kLinux);
  EXPECT_EQ(inspect(), Report{});
  volumes_.add({.device = "/dev/sda1", .vfs_type = "ext4"});
  EXPECT_EQ(inspect(), Report{});
}

TEST_F(EngineTest, HostileFilesAreProblems) {
  engine_.add_plugin(kLinux);
  add_debian();
  const std::string root = volumes_.add({.device = "/dev/sda2", .vfs_type = "ext4"});
  write_debian("/dev/sda2", "");
  // An endless fstab, a package database that is its own link, a FIFO for a host name, a name that
  // scrolls the terminal.
  std::filesystem::remove(root + "/etc/fstab");
  std::filesystem::remove(root + "/etc/hostname");
  std::filesystem::remove(root + "/var/lib/dpkg/status");
  volumes_.file("/dev/sda2", "/etc/hosts", "");
  volumes_.link("/dev/sda2", "/etc/fstab", "/dev/zero");
  volumes_.link("/dev/sda2", "/var/lib/dpkg/status", "status");
  volumes_.file("/dev/sda2", "/etc/debian_version", "12\x1b[2J\xff.5\n");
  ASSERT_EQ(mkfifo((root + "/etc/hostname").c_str(), 0644), 0);
  const Report report = inspect();
  ASSERT_THAT(report.operatingsystems, SizeIs(2));
  EXPECT_THAT(*report.operatingsystems[0].applications, SizeIs(2));
  EXPECT_EQ(report.operatingsystems[1].product_name, "12\\x1b[2J\\xff.5");
  EXPECT_FALSE(report.operatingsystems[1].applications.has_value());
  EXPECT_THAT(report.problems,
              Contains(problem("/dev/sda2: /etc/hostname", "is not a regular file")));
  EXPECT_THAT(report.problems,
              Contains(problem("/dev/sda2: /var/lib/dpkg/status", "Too many levels")));
}

TEST_F(EngineTest, AHugeFstabIsAProblem) {
  engine_.add_plugin(kLinux);
  add_debian();
  volumes_.add({.device = "/dev/sda2", .vfs_type = "ext4"});
  write_debian("/dev/sda2", std::string(3 << 20, '\n'));
  const Report report = inspect();
  EXPECT_THAT(report.operatingsystems, SizeIs(2));
  EXPECT_THAT(report.problems,
              ElementsAre(problem("/dev/sda2: /etc/fstab", "larger than the limit")));
}

TEST_F(EngineTest, TheLastOfTooManyProblemsSaysSo) {
  engine_.add_plugin(kLinux);
  for (int root = 1; root <= 5; ++root) {
    std::string fstab;
    for (int i = 0; i < 2000; ++i) fstab += cat("/dev/vg/lv", i, " /mnt/", i, " ext4\n");
    add_debian(cat("/dev/sda", root), fstab);
  }
  const Problem last = {"/dev/sda5: mount table",
                        "/dev/vg/lv1999 on /mnt/1999: no such file system on the disks given"};
  Report report = inspect();
  ASSERT_EQ(report.problems.size(), 10000u);
  EXPECT_EQ(report.problems.back(), last);
  add_debian("/dev/sda6", "/dev/vg/a /a ext4\n/dev/vg/b /b ext4\n");
  report = inspect();
  ASSERT_EQ(report.problems.size(), 10001u);
  EXPECT_EQ(report.problems[9999], last);
  EXPECT_EQ(report.problems.back(), (Problem{"problems", "more than 10000; the rest is left out"}));
}

// --- Plugins that misbehave cost their own findings only.

class HostileTest : public EngineTest {
 protected:
  using EngineTest::EngineTest;
  // The good plugin's answer is whole beside the bad one; the problem that the bad one leaves.
  Report with_hostile(int behaviour) {
    engine_.add_plugin(hostile(behaviour));
    engine_.add_plugin(kLinux);
    add_debian();
    const auto begin = std::chrono::steady_clock::now();
    Report report = inspect();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
    EXPECT_THAT(report.operatingsystems, SizeIs(1));
    EXPECT_THAT(report.operatingsystems.at(0).applications.value(), SizeIs(2));
    return report;
  }
};

TEST_F(HostileTest, Crash) {
  EXPECT_THAT(
      with_hostile(kCrash).problems,
      ElementsAre(problem("/dev/sda1: plugin hostile-1", "its process was killed by signal 11")));
}

TEST_F(HostileTest, CrashOnEveryVolumeIsReportedForEach) {
  volumes_.add({.device = "/dev/sda2", .vfs_type = "ext4"});
  EXPECT_THAT(with_hostile(kCrash).problems,
              ElementsAre(problem("/dev/sda2", "signal 11"), problem("/dev/sda1", "signal 11")));
}

// Those that use up their time get little of it.
class HangingTest : public HostileTest {
 protected:
  HangingTest() : HostileTest(std::chrono::milliseconds(700)) {}
};

TEST_F(HangingTest, HangCostsOneDeadline) {
  for (int i = 2; i < 12; ++i) volumes_.add({.device = cat("/dev/sda", i), .vfs_type = "ext4"});
  EXPECT_THAT(with_hostile(kHang).problems,
              ElementsAre(problem("plugin hostile-2", "did not reply in time")));
}

TEST_F(HangingTest, Spin) {
  EXPECT_THAT(with_hostile(kSpin).problems,
              ElementsAre(problem("plugin hostile-9", "did not reply in time")));
}

TEST_F(HangingTest, TheLargestAnswerIsWaitedFor) {
  EXPECT_THAT(with_hostile(kAnnouncesMost).problems,
              ElementsAre(Problem{"/dev/sda1: plugin hostile-14",
                                  "it did not reply in time and was stopped"}));
}

TEST_F(HostileTest, ALargerAnswerIsRefusedAtOnce) {
  EXPECT_THAT(with_hostile(kAnnouncesTooMuch).problems,
              ElementsAre(Problem{"/dev/sda1: plugin hostile-15",
                                  "a reply of 67108865 bytes, more than 67108864"}));
}

TEST_F(EngineTest, AHelloHasALimit) {
  engine_.add_plugin(hostile(kLongHello));
  engine_.add_plugin(hostile(kTooLongHello));
  const auto plugins = engine_.plugins();
  EXPECT_EQ(plugins.at(0).problem, "");
  EXPECT_EQ(plugins.at(0).description.size(), 65536u - 40);
  EXPECT_EQ(plugins.at(1).problem, "a reply of 65537 bytes, more than 65536");
}

// What comes back from a plugin that is asked with so many bytes.
std::string answer_to(size_t request_bytes) {
  base::TempDir tree;
  const base::UniqueFd root = base::open_file(tree.path(), O_PATH | O_DIRECTORY);
  Worker worker(hostile(kClaims), limits(std::chrono::seconds(8)));
  worker.start();
  const size_t others = 4 + "detect"s.size() + 4 + "0"s.size() + 4 + "known"s.size() + 4;
  return message_of([&] {
    worker.send({.call = WorkerRequest::Call::Detect,
                 .root_fd = root.get(),
                 .known = {{"known", std::string(request_bytes - others, 'x')}}});
    worker.receive(base::Deadline::after(std::chrono::seconds(8)));
  });
}

TEST(Worker, RequestsHaveALimit) {
  EXPECT_EQ(answer_to(16 << 20), "no error");
  EXPECT_EQ(answer_to((16 << 20) + 1), "its process exited with status 1");
}

// There the limit on memory is not set.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_F(HostileTest, Allocate) {
  EXPECT_THAT(with_hostile(kAllocate).problems,
              ElementsAre(problem("plugin hostile-3", "was killed by signal 11")));
}
#endif

TEST_F(HostileTest, Garbage) {
  EXPECT_THAT(with_hostile(kGarbage).problems,
              ElementsAre(problem("plugin hostile-4", "its reply is invalid")));
}

TEST_F(HostileTest, Fail) {
  EXPECT_THAT(with_hostile(kFail).problems,
              ElementsAre(problem("plugin hostile-5", "it failed with -5")));
}

TEST_F(HostileTest, AnotherVersionOfTheInterfaceIsRefused) {
  EXPECT_THAT(
      with_hostile(kWrongVersion).problems,
      ElementsAre(problem("hostile-6.so",
                          "it is built for version 2 of the plugin interface, this is version 1: "
                          "rebuild it against this plugin.h")));
}

TEST_F(HostileTest, DiesAtStart) {
  EXPECT_THAT(with_hostile(kDiesAtStart).problems,
              ElementsAre(problem("hostile-8.so", "its process exited with status 7")));
}

TEST_F(HostileTest, HasNoPrivileges) {
  const Report report = with_hostile(kPrivileges);
  if (geteuid() == 0)
    EXPECT_THAT(report.problems, IsEmpty());
  else  // without root the limits alone remain
    EXPECT_THAT(report.problems, testing::Not(Contains(problem("privileges", "it is root"))));
}

TEST_F(EngineTest, AnOldPluginWithAShorterDescriptorStillWorks) {
  engine_.add_plugin(hostile(kOld));
  volumes_.add({.device = "/dev/sda1", .vfs_type = "ext4"});
  volumes_.file("/dev/sda1", "/etc/x", "");
  const Report report = inspect();
  ASSERT_THAT(report.operatingsystems, SizeIs(1));
  EXPECT_EQ(report.operatingsystems[0].name, "old");
  EXPECT_THAT(report.problems, IsEmpty());
}

TEST_F(EngineTest, TheHighestConfidenceWins) {
  engine_.add_plugin(kLinux);
  engine_.add_plugin(hostile(kOld));
  engine_.add_plugin(hostile(kClaims));
  add_debian();
  EXPECT_EQ(inspect().operatingsystems.at(0).name, "mine");
}

TEST_F(EngineTest, WhatIsNoPluginIsSaid) {
  base::TempDir temp;
  base::replace_file(temp.path() + "/text.so", "not a library");
  std::filesystem::permissions(temp.path(), std::filesystem::perms(0755));
  Engine engine(temp.path());
  engine.add_plugin("/nowhere/nothing.so");
  engine.add_plugin("libm.so.6");
  const auto plugins = engine.plugins();
  ASSERT_THAT(plugins, SizeIs(3));
  EXPECT_THAT(plugins[0].problem, HasSubstr("text.so"));
  EXPECT_THAT(plugins[1].problem, HasSubstr("cannot open shared object file"));
  EXPECT_THAT(plugins[2].problem, HasSubstr("does not export glovebox_inspect_plugin"));
  EXPECT_THAT(engine.inspect(volumes_).problems, SizeIs(3));
}

TEST_F(EngineTest, SaysWhatIsLoaded) {
  Engine engine(GLOVEBOX_BINARY_DIR "/lib/glovebox/plugins");
  const auto plugins = engine.plugins();
  EXPECT_THAT(plugins,
              Contains(AllOf(Field(&PluginInfo::name, "linux"), Field(&PluginInfo::problem, ""))));
}

TEST(EngineEnd, LeavesNoProcessBehind) {
  {
    Engine engine("");
    engine.add_plugin(kLinux);
    engine.start_workers();
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), 0);  // there is one, and it runs
  }
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

}  // namespace
}  // namespace glovebox::inspect
