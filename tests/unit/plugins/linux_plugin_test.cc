// SPDX-License-Identifier: GPL-2.0-or-later
//
// linux.so's two functions on trees written down here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "base/cat.h"
#include "base/files.h"
#include "inspect/tree/memory_tree.h"
#include "inspect/worker/host_services.h"
#include "plugins/linux/package_system.h"

namespace glovebox::inspect {
namespace {

using std::literals::operator""s;
using linux_plugin::Identity;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kElf64 =
    "\x7f"
    "ELF\2\1\1";

MemoryTree debian() {
  std::string bash = kElf64;
  bash.resize(64);
  bash[18] = 62;
  MemoryTree tree;
  tree.file("/etc/os-release",
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n")
      .file("/etc/debian_version", "12.5\n")
      .file("/etc/hostname", "guest\n")
      .file("/etc/fstab", "UUID=0b1c / xfs defaults 0 1\n/dev/mapper/vg0-swap none swap sw 0 0\n")
      .link("/bin", "usr/bin")
      .file("/usr/bin/bash", bash)
      .file(
          "/var/lib/dpkg/status",
          "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2.15-2+b7\n"
          "Description: GNU Bourne Again SHell\n A shell.\n\n");
  return tree;
}

Findings detect(const MemoryTree& tree) {
  return call_plugin(glovebox_inspect_plugin()->detect, tree, {{"device", "/dev/sda1"}});
}
Findings describe(const MemoryTree& tree, uint32_t wants = 3) {
  return call_plugin(glovebox_inspect_plugin()->describe, tree, {{"device", "/dev/sda1"}}, wants);
}
OperatingSystem described(const MemoryTree& tree) {
  OperatingSystem os;
  apply_fields(describe(tree), os);
  return os;
}

TEST(LinuxPlugin, DescribesDebian) {
  OperatingSystem expected{.arch = "x86_64",
                           .distro = "debian",
                           .product_name = "12.5",
                           .major_version = 12,
                           .minor_version = 5,
                           .package_format = "deb",
                           .package_management = "apt",
                           .hostname = "guest",
                           .osinfo = "debian12"};
  EXPECT_EQ(described(debian()), expected);
  EXPECT_THAT(*describe(debian()).applications,
              ElementsAre(Application{.name = "bash",
                                      .version = "5.2.15",
                                      .release = "2+b7",
                                      .arch = "amd64",
                                      .summary = "GNU Bourne Again SHell",
                                      .description = "A shell."}));
  EXPECT_THAT(describe(debian()).problems, IsEmpty());
  EXPECT_FALSE(describe(debian(), 0).applications.has_value());
}

TEST(LinuxPlugin, DetectsARootAndItsMountTable) {
  const Findings found = detect(debian());
  EXPECT_EQ(found.role, Role::Root);
  EXPECT_EQ(found.strings.at("name"), "linux");
  EXPECT_THAT(found.mounts, ElementsAre(MountEntry{"UUID=0b1c", "/", "xfs", "defaults"},
                                        MountEntry{"/dev/mapper/vg0-swap", "none", "swap", "sw"}));
}

TEST(LinuxPlugin, TellsRolesByShape) {
  MemoryTree boot, usr, var, data, freebsd;
  boot.file("/grub/grub.cfg", "");
  usr.directory("/bin")
      .directory("/share")
      .directory("/lib")
      .directory("/local")
      .directory("/src")
      .file("/lib/os-release", "ID=debian\nPRETTY_NAME=x\nVERSION_ID=12.1\n");
  var.directory("/log").directory("/run").directory("/spool");
  data.directory("/etc").file("/photo.png", "");
  freebsd.directory("/bin").file("/etc/freebsd-update.conf", "").file("/etc/fstab", "");
  EXPECT_EQ(detect(boot).role, Role::Other);
  EXPECT_EQ(detect(usr).role, Role::Usr);
  EXPECT_EQ(detect(var).role, Role::Other);
  EXPECT_EQ(detect(data).role, Role::None);
  EXPECT_EQ(detect(freebsd).role, Role::None);
  EXPECT_EQ(detect(MemoryTree()), Findings{});
}

TEST(LinuxPlugin, AsksCrypttabAndMdadmForTheirNames) {
  MemoryTree tree = debian();
  tree.file("/etc/fstab", "/dev/mapper/luks-root / ext4\n/dev/md0 /data ext4\n/dev/md7 /x ext4\n")
      .file("/etc/crypttab", "luks-root UUID=ab-cd none luks\n")
      .file("/etc/mdadm/mdadm.conf",
            "ARRAY /dev/md0 metadata=1.2 UUID=00112233:44556677:8899aabb:ccddeeff\n");
  std::vector<std::string> specs;
  for (const MountEntry& mount : detect(tree).mounts) specs.push_back(mount.spec);
  EXPECT_THAT(specs, ElementsAre("LUKS_UUID=ab-cd", "MD_UUID=00112233445566778899aabbccddeeff",
                                 "/dev/md7"));
}

// --- Damage is told, and the rest is still there.

TEST(LinuxPlugin, AnUnreadableDatabaseIsAProblemAndNoList) {
  for (MemoryTree damaged :
       {MemoryTree(debian()).unreadable("/var/lib/dpkg/status", EIO),
        MemoryTree(debian()).file("/var/lib/dpkg/status", ""),
        MemoryTree(debian()).file("/var/lib/dpkg/status", std::string(5000, '\0')),
        MemoryTree(debian()).device("/var/lib/dpkg/status"),
        MemoryTree(debian()).link("/var/lib/dpkg/status", "status")}) {
    const Findings found = describe(damaged);
    EXPECT_FALSE(found.applications.has_value());
    EXPECT_THAT(found.problems.back().what, HasSubstr("the applications are not known"));
    EXPECT_EQ(found.strings.at("hostname"), "guest");
  }
}

TEST(LinuxPlugin, ADamagedDatabaseGivesWhatItHasAndAProblem) {
  MemoryTree tree = debian();
  tree.file("/var/lib/dpkg/status",
            "Package: a\nStatus: install ok installed\nVersion: 1-1\n\nPackage: b\nStat\x80\x80\n");
  const Findings found = describe(tree);
  EXPECT_EQ(found.applications->size(), 1u);
  EXPECT_THAT(found.problems,
              ElementsAre(Problem{"/var/lib/dpkg/status",
                                  "damaged from line 6 on (1 lines and 0 packages are invalid): "
                                  "the list of applications may be incomplete"}));
}

TEST(LinuxPlugin, ReadsTheDatabaseOfImagesWithoutDpkg) {
  MemoryTree tree = debian();
  tree.directory("/var/lib/dpkg").unreadable("/var/lib/dpkg/status", ENOENT);
  tree.file("/var/lib/dpkg/status.d/base",
            "Package: base-files\nVersion: 12.4+deb12u5\nArchitecture: amd64\n")
      .file("/var/lib/dpkg/status.d/base.md5sums", "0123  etc/x\n");
  const Findings found = describe(tree);
  ASSERT_TRUE(found.applications.has_value());
  EXPECT_EQ(found.applications->at(0).name, "base-files");
  EXPECT_THAT(found.problems, IsEmpty());
}

TEST(LinuxPlugin, AHugeOrStrangeMountTableIsAProblem) {
  const auto problems_with = [](auto change) {
    MemoryTree tree = debian();
    change(tree);
    const Findings found = detect(tree);
    EXPECT_EQ(found.role, Role::Root);
    EXPECT_EQ(found.problems.empty() ? "" : found.problems[0].where, "/etc/fstab");
    return found.problems.empty() ? "" : found.problems[0].what;
  };
  const auto hosts = [](MemoryTree& tree) -> MemoryTree& { return tree.file("/etc/hosts", ""); };
  EXPECT_THAT(problems_with([](MemoryTree& t) { t.file("/etc/fstab", std::string(2 << 20, 'x')); }),
              HasSubstr("larger than the limit"));
  EXPECT_THAT(problems_with([](MemoryTree& t) { t.file("/etc/fstab", "what\n"); }),
              HasSubstr("line 1 is not a valid entry"));
  EXPECT_THAT(problems_with([&](MemoryTree& t) { hosts(t).device("/etc/fstab"); }),
              HasSubstr("not a regular file"));
  EXPECT_THAT(problems_with([&](MemoryTree& t) { hosts(t).unreadable("/etc/fstab", EIO); }),
              HasSubstr("Input/output error"));
}

TEST(LinuxPlugin, ManyBadLinesOfAMountTableAreReportedAsANumber) {
  const auto problems_with = [](size_t bad_lines) {
    std::string text;
    for (size_t i = 0; i < bad_lines; ++i) text += "bad\n";
    return detect(debian().file("/etc/fstab", text)).problems;
  };
  EXPECT_EQ(problems_with(5).size(), 5u);
  EXPECT_EQ(problems_with(5).back(), (Problem{"/etc/fstab", "line 5 is not a valid entry"}));
  EXPECT_EQ(problems_with(6).size(), 6u);
  EXPECT_EQ(problems_with(6).back(), (Problem{"/etc/fstab", "6 lines are not valid entries"}));
}

TEST(LinuxPlugin, ATableThatIsTooLongIsReportedAndReadUpToThere) {
  std::string text;
  for (int i = 0; i < 2048; ++i) text += "a /b ext4\n";
  EXPECT_THAT(detect(debian().file("/etc/fstab", text)).problems, IsEmpty());
  const Findings found = detect(debian().file("/etc/fstab", text + "c /d ext4\n"));
  EXPECT_EQ(found.mounts.size(), 2048u);
  EXPECT_THAT(found.problems,
              ElementsAre(Problem{"/etc/fstab", "more than 2048 entries; the rest is left out"}));
}

// What is said of a file of so many bytes, each of which is a newline.
std::vector<Problem> of_size(const std::string& path,
                             size_t bytes,
                             Findings (*call)(const MemoryTree&)) {
  MemoryTree tree = debian();
  tree.file("/etc/fstab", "/dev/mapper/x / ext4\n/dev/md0 /data ext4\n");
  return call(tree.file(path, std::string(bytes, '\n'))).problems;
}

TEST(LinuxPlugin, FilesHaveALimit) {
  const auto describe_all = [](const MemoryTree& tree) { return describe(tree); };
  const auto expect_limit = [](const std::string& path, size_t most, auto call) {
    EXPECT_THAT(of_size(path, most, call), IsEmpty()) << path;
    EXPECT_THAT(
        of_size(path, most + 1, call),
        ElementsAre(Problem{path, base::cat("is larger than the limit of ", most, " bytes")}))
        << path;
  };
  for (const char* path :
       {"/etc/fstab", "/etc/crypttab", "/etc/mdadm.conf", "/etc/mdadm/mdadm.conf"})
    expect_limit(path, 1 << 20, detect);
  for (const char* path : {"/etc/os-release", "/etc/lsb-release", "/etc/debian_version",
                           "/etc/HOSTNAME", "/etc/hostname", "/var/lib/dpkg/status.d/x"})
    expect_limit(path, std::string(path).ends_with("/x") ? 1 << 20 : 2 << 20, describe_all);
}

TEST(LinuxPlugin, ThePackageDatabaseHasALimit) {
  const std::string begin = "Package: a\nStatus: install ok installed\nVersion: 1\nDescription: ";
  const auto described_with = [&](size_t bytes) {
    MemoryTree tree = debian();
    tree.file("/var/lib/dpkg/status", begin + std::string(bytes - begin.size(), 'x'));
    return describe(tree);
  };
  EXPECT_EQ(described_with(50 << 20).applications->size(), 1u);
  const Findings found = described_with((50 << 20) + 1);
  EXPECT_FALSE(found.applications);
  EXPECT_EQ(found.problems.at(0),
            (Problem{"/var/lib/dpkg/status", "is larger than the limit of 52428800 bytes"}));
}

TEST(LinuxPlugin, TooManyPackagesAreReported) {
  std::string text;
  for (int i = 0; i < 262144; ++i) text += "Package: a\nStatus: x x x\nVersion: 1\n\n";
  MemoryTree tree = debian();
  EXPECT_THAT(describe(tree.file("/var/lib/dpkg/status", text)).problems, IsEmpty());
  EXPECT_THAT(describe(tree.file("/var/lib/dpkg/status", text + text.substr(0, 40))).problems,
              ElementsAre(Problem{"/var/lib/dpkg/status",
                                  "more than 262144 packages; the rest is left out"}));
}

TEST(LinuxPlugin, OfImagesWithoutDpkgTenThousandFilesAreRead) {
  MemoryTree tree = debian();
  const auto add = [&](int i) {
    tree.file(base::cat("/var/lib/dpkg/status.d/", i),
              base::cat("Package: p", i, "\nVersion: 1\n"));
  };
  tree.unreadable("/var/lib/dpkg/status", ENOENT);
  for (int i = 0; i < 10000; ++i) add(i);
  tree.file("/var/lib/dpkg/status.d/x.md5sums", "");
  EXPECT_EQ(describe(tree).applications->size(), 10000u);
  EXPECT_THAT(describe(tree).problems, IsEmpty());
  add(10000);
  EXPECT_EQ(describe(tree).applications->size(), 10000u);
  EXPECT_THAT(describe(tree).problems,
              ElementsAre(Problem{"/var/lib/dpkg/status.d",
                                  "more than 10000 files; the rest is left out"}));
}

TEST(LinuxPlugin, HostileNamesAreEscaped) {
  MemoryTree tree = debian();
  tree.file("/etc/hostname", "a\x1b]0;owned\x07\xff\n");
  EXPECT_EQ(described(tree).hostname, "a\\x1b]0;owned\\x07\\xff");
}

// --- Other distributions, by their release files.

TEST(LinuxPlugin, KnowsReleaseFilesInTheirOrder) {
  const auto reported = [](const char* path, const std::string& text) {
    MemoryTree tree;
    tree.file(path, text);
    const OperatingSystem os = described(tree);
    return base::cat(os.distro, " ", os.major_version.value_or(-1), ".",
                     os.minor_version.value_or(-1), " ", os.package_format, "/",
                     os.package_management, " ", os.osinfo);
  };
  EXPECT_EQ(reported("/etc/redhat-release", "Fedora release 34 (Thirty Four)\n"),
            "fedora 34.0 rpm/yum fedora34");
  EXPECT_EQ(reported("/etc/redhat-release",
                     "Red Hat Enterprise Linux Server release 4 (Nahant Update 8)\n"),
            "rhel 4.8 rpm/up2date rhel4.8");
  EXPECT_EQ(reported("/etc/redhat-release", "Red Hat Enterprise Linux release 8.6 (Ootpa)\n"),
            "rhel 8.6 rpm/dnf rhel8.6");
  EXPECT_EQ(reported("/etc/redhat-release", "AlmaLinux release 9.3 (Shamrock)\n"),
            "redhat-based 9.3 rpm/dnf redhat-based9.3");
  EXPECT_EQ(reported("/etc/centos-release", "CentOS Linux release 7.9.2009 (Core)\n"),
            "centos 7.9 rpm/yum centos7.0");
  EXPECT_EQ(reported("/etc/oracle-release", "Oracle Linux Server release 8.4\n"),
            "oraclelinux 8.4 rpm/dnf oraclelinux8.4");
  EXPECT_EQ(reported("/etc/SuSE-release",
                     "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 3\n"),
            "sles 11.3 rpm/zypper sles11sp3");
  EXPECT_EQ(reported("/etc/SuSE-release", "openSUSE 11.4 (x86_64)\nVERSION = 11.4\n"),
            "opensuse 11.4 rpm/zypper opensuse11.4");
  EXPECT_EQ(reported("/etc/lsb-release",
                     "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_DESCRIPTION=x\n"),
            "ubuntu 10.4 deb/apt ubuntu10.04");
  EXPECT_EQ(reported("/etc/debian_version", "trixie/sid\n"), "debian -1.-1 deb/apt ");
  EXPECT_EQ(reported("/etc/arch-release", ""), "archlinux -1.-1 pacman/pacman archlinux");
  EXPECT_EQ(reported("/etc/alpine-release", "3.17.1\n"),
            "alpinelinux 3.17 apk/apk alpinelinux3.17");
  EXPECT_EQ(reported("/etc/os-release", "ID=arch\nPRETTY_NAME=\"Arch Linux\"\n"),
            "archlinux 0.0 pacman/pacman archlinux");
  EXPECT_EQ(reported("/etc/os-release", "ID=opensuse-leap\nPRETTY_NAME=x\nVERSION_ID=\"15.5\"\n"),
            "opensuse 15.5 rpm/zypper opensuse15.5");
  EXPECT_EQ(reported("/etc/os-release",
                     "ID=pop\nID_LIKE=\"ubuntu debian\"\nPRETTY_NAME=x\nVERSION_ID=\"22.04\"\n"),
            "ubuntu 22.4 deb/apt ubuntu22.04");
  EXPECT_EQ(reported("/etc/os-release", "ID=new\nPRETTY_NAME=New\nVERSION_ID=1\n"), " 1.0 / ");
  EXPECT_EQ(reported("/etc/issue", ""), " -1.-1 / ");
}

TEST(LinuxPlugin, ADatabaseOfAnotherFormatIsAProblemAndNoList) {
  MemoryTree tree;
  tree.file("/etc/alpine-release", "3.17.1\n");
  const Findings found = describe(tree);
  EXPECT_FALSE(found.applications.has_value());
  EXPECT_THAT(found.problems[0].what, HasSubstr("the format apk are not read yet"));
}

TEST(LinuxPlugin, TakesAnIconOfASensibleSize) {
  const auto icon_of = [](uint32_t width, uint32_t height, size_t bytes) {
    std::string png = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s;
    for (const uint32_t number : {width, height})
      png += {'\0', '\0', static_cast<char>(number >> 8), static_cast<char>(number)};
    png.resize(bytes);
    MemoryTree tree = debian();
    tree.file("/usr/share/pixmaps/debian-logo.png", png);
    return describe(tree).icon.size();
  };
  EXPECT_EQ(icon_of(48, 48, 100), 100u);
  EXPECT_EQ(icon_of(16, 16, 100), 100u);
  EXPECT_EQ(icon_of(15, 16, 100), 0u);
  EXPECT_EQ(icon_of(16, 15, 100), 0u);
  EXPECT_EQ(icon_of(1024, 1024, 100), 100u);
  EXPECT_EQ(icon_of(1025, 1024, 100), 0u);
  EXPECT_EQ(icon_of(1024, 1025, 100), 0u);
  EXPECT_EQ(icon_of(48, 48, 4 * 48 * 48), 4u * 48 * 48);
  EXPECT_EQ(icon_of(48, 48, 4 * 48 * 48 + 1), 0u);
}

// --- Real os-release files, where they are at hand.

TEST(LinuxPlugin, RealOsReleaseFilesOfDebianAndItsDerivatives) {
  const std::string directory = GLOVEBOX_SHARED_DIR "/data/os-release/";
  if (!std::filesystem::exists(directory))
    GTEST_SKIP() << directory << " is not there";
  for (const auto& [file, distro, format] : {std::tuple{"debian/12", "debian", "deb"},
                                             {"raspbian/12", "debian", "deb"},
                                             {"pop/22.04", "ubuntu", "deb"},
                                             {"zorin/17", "ubuntu", "deb"},
                                             {"linuxmint/21.3", "ubuntu", "deb"},
                                             {"devuan/5", "debian", "deb"},
                                             {"fedora/38", "fedora", "rpm"}}) {
    if (!std::filesystem::exists(directory + file))
      continue;
    MemoryTree tree;
    tree.file("/etc/os-release", base::read_file(directory + file, 1 << 20));
    EXPECT_EQ(described(tree).distro, distro) << file;
    EXPECT_EQ(described(tree).package_format, format) << file;
  }
  // All others: no crash, no problem, nothing that the report could not hold.
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    if (entry.is_regular_file()) {
      MemoryTree tree;
      tree.file("/etc/os-release", base::read_file(entry.path(), 1 << 20));
      EXPECT_THAT(describe(tree, 0).problems, IsEmpty()) << entry.path();
    }
}

TEST(Osinfo, FollowsItsTable) {
  const auto id = [](const char* distro, int major, int minor) {
    return linux_plugin::osinfo_id({.distro = distro, .version = Version{major, minor}});
  };
  EXPECT_EQ(id("centos", 8, 3), "centos8");
  EXPECT_EQ(id("centos", 6, 5), "centos6.5");
  EXPECT_EQ(id("rocky", 9, 1), "rocky9");
  EXPECT_EQ(id("debian", 3, 1), "debian3.1");
  EXPECT_EQ(id("sles", 15, 0), "sle15");
  EXPECT_EQ(id("sles", 12, 3), "sles12sp3");
  EXPECT_EQ(id("altlinux", 10, 1), "alt10.1");
  EXPECT_EQ(id("altlinux", 6, 0), "altlinux6.0");
  EXPECT_EQ(id("coreos", 899, 13), "coreos899.13");
  EXPECT_EQ(id("slackware", 0, 0), "");
  EXPECT_EQ(linux_plugin::package_management({.distro = "fedora", .version = Version{38, 0}},
                                             linux_plugin::Dnf::Present),
            "dnf");
}

}  // namespace
}  // namespace glovebox::inspect
