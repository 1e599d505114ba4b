// SPDX-License-Identifier: GPL-2.0-or-later
//
// The engine's own rules, apart from any plugin's: whose claim counts, which /usr a root gets,
// which system is a snapshot of another, and where the engine stops. The plugins find what the
// volumes' files say (plugins/scripted.c).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/cat.h"
#include "inspect/engine/engine.h"
#include "tests/unit/inspect/engine/fake_volumes.h"

namespace glovebox::inspect {
namespace {

using base::cat;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string scripted(int number) {
  return cat(GLOVEBOX_BINARY_DIR "/tests/plugins/scripted-", number, ".so");
}

WorkerLimits patient() {
  WorkerLimits limits;
  limits.detect = std::chrono::seconds(20);  // of a busy machine
  return limits;
}

class EngineRules : public testing::Test {
 protected:
  EngineRules() {
    engine_.add_plugin(scripted(1));
    engine_.add_plugin(scripted(2));
  }

  // A volume of which the plugins with these numbers find this.
  void volume(Volume volume, const std::map<int, std::string>& detected) {
    volume.vfs_type = "ext4";
    volumes_.add(volume);
    for (const auto& [number, text] : detected)
      volumes_.file(volume.device, cat("/detect-", number), text);
  }
  void described(const std::string& device, const std::string& text) {
    volumes_.file(device, "/describe-1", text);
  }
  Report inspect(const InspectOptions& options = {}) { return engine_.inspect(volumes_, options); }
  std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const OperatingSystem& os : inspect().operatingsystems) names.push_back(os.name);
    return names;
  }
  std::vector<std::string> roots() {
    std::vector<std::string> roots;
    for (const OperatingSystem& os : inspect().operatingsystems) roots.push_back(os.root);
    return roots;
  }

  FakeVolumes volumes_;
  Engine engine_{"", patient()};
};

// --- Claims

TEST_F(EngineRules, TheClaimOfTheHighestConfidenceCounts) {
  volume({.device = "/dev/sda1"},
         {{1, "claim 1 60\nstring name one"}, {2, "claim 1 61\nstring name two"}});
  volume({.device = "/dev/sda2"},
         {{1, "claim 1 61\nstring name one"}, {2, "claim 1 60\nstring name two"}});
  EXPECT_THAT(names(), ElementsAre("two", "one"));
}

TEST_F(EngineRules, OfEqualClaimsTheEarlierPluginsCounts) {
  volume({.device = "/dev/sda1"},
         {{1, "claim 1 60\nstring name one"}, {2, "claim 1 60\nstring name two"}});
  EXPECT_THAT(names(), ElementsAre("one"));
}

TEST_F(EngineRules, WhoClaimsNothingCountsForNothing) {
  volume({.device = "/dev/sda1"}, {{1, "string name one"}, {2, "claim 1 1\nstring name two"}});
  EXPECT_THAT(names(), ElementsAre("two"));
}

TEST_F(EngineRules, OnlyARootIsASystem) {
  volume({.device = "/dev/sda1"}, {{1, "claim 2 60"}});
  volume({.device = "/dev/sda2"}, {{1, "claim 3 60"}});
  volume({.device = "/dev/sda3"}, {{1, "claim 1 0"}});
  EXPECT_THAT(roots(), ElementsAre("/dev/sda3"));
}

TEST_F(EngineRules, AStrongerClaimThatItIsNoRootCounts) {
  volume({.device = "/dev/sda1"}, {{1, "claim 1 60"}, {2, "claim 3 61"}});
  EXPECT_THAT(roots(), IsEmpty());
}

TEST_F(EngineRules, WhatDescribeFindsReplacesWhatDetectFound) {
  volume({.device = "/dev/sda1"},
         {{1, "claim 1 60\nstring name one\nstring distro old\ninteger major_version 1"}});
  described("/dev/sda1", "string distro new\ninteger minor_version 2");
  const OperatingSystem os = inspect().operatingsystems.at(0);
  EXPECT_EQ(cat(os.name, " ", os.distro, " ", *os.major_version, ".", *os.minor_version),
            "one new 1.2");
}

// --- The /usr of a root that is split

class SeparateUsr : public EngineRules {
 protected:
  void usr(const std::string& device, const std::string& distro, int major, int minor) {
    volume({.device = device},
           {{1, cat("claim 2 60\nstring distro ", distro, "\ninteger major_version ", major,
                    "\ninteger minor_version ", minor)}});
  }
  std::vector<Mountpoint> mountpoints(const std::string& root = "claim 4 60\nstring distro coreos") {
    volume({.device = "/dev/sda9"}, {{1, root}});
    return inspect().operatingsystems.at(0).mountpoints;
  }
};

TEST_F(SeparateUsr, TheHigherVersionIsMounted) {
  usr("/dev/sda3", "coreos", 899, 13);
  usr("/dev/sda4", "coreos", 1010, 5);
  EXPECT_THAT(mountpoints(),
              ElementsAre(Mountpoint{"/dev/sda9", "/"}, Mountpoint{"/dev/sda4", "/usr"}));
}

TEST_F(SeparateUsr, TheMinorVersionDecidesBetweenEqualMajorOnes) {
  usr("/dev/sda3", "coreos", 899, 13);
  usr("/dev/sda4", "coreos", 899, 5);
  EXPECT_THAT(mountpoints(),
              ElementsAre(Mountpoint{"/dev/sda9", "/"}, Mountpoint{"/dev/sda3", "/usr"}));
}

TEST_F(SeparateUsr, TheFirstOfEqualOnesIsMounted) {
  usr("/dev/sda3", "coreos", 899, 13);
  usr("/dev/sda4", "coreos", 899, 13);
  EXPECT_THAT(mountpoints(),
              ElementsAre(Mountpoint{"/dev/sda9", "/"}, Mountpoint{"/dev/sda3", "/usr"}));
}

TEST_F(SeparateUsr, AnotherDistributionsUsrIsNotMounted) {
  usr("/dev/sda3", "debian", 9999, 0);
  EXPECT_THAT(mountpoints(), ElementsAre(Mountpoint{"/dev/sda9", "/"}));
}

TEST_F(SeparateUsr, AnotherDistributionsRootGetsNone) {
  usr("/dev/sda3", "coreos", 899, 13);
  EXPECT_THAT(mountpoints("claim 4 60\nstring distro debian"),
              ElementsAre(Mountpoint{"/dev/sda9", "/"}));
}

TEST_F(SeparateUsr, ARootThatIsWholeGetsNone) {
  usr("/dev/sda3", "coreos", 899, 13);
  EXPECT_THAT(mountpoints("claim 1 60\nstring distro coreos"),
              ElementsAre(Mountpoint{"/dev/sda9", "/"}));
}

TEST_F(SeparateUsr, WhatIsNoUsrIsNotMounted) {
  volume({.device = "/dev/sda3"}, {{1, "claim 3 60\nstring distro coreos"}});
  EXPECT_THAT(mountpoints(), ElementsAre(Mountpoint{"/dev/sda9", "/"}));
}

// --- Snapshots

class Snapshots : public EngineRules {
 protected:
  Snapshots() {
    volume({.device = "/dev/sda1"}, {});
    volume({.device = "/dev/sda2"}, {});
  }
  static std::string system(const std::string& more = "") {
    return "claim 1 60\nstring name linux\nstring distro debian\nstring product_name 12.5\n"
           "integer major_version 12\ninteger minor_version 5\n" +
           more;
  }
  void original(const std::string& device = "btrfsvol:/dev/sda1/@") {
    volume({.device = device}, {{1, system()}});
  }
  void snapshot(const std::string& more = "",
                const std::string& device = "btrfsvol:/dev/sda1/old") {
    volume({.device = device, .is_snapshot = true}, {{1, system(more)}});
  }
};

TEST_F(Snapshots, OfASystemThatIsThereAreLeftOut) {
  original();
  snapshot();
  EXPECT_THAT(roots(), ElementsAre("btrfsvol:/dev/sda1/@"));
}

TEST_F(Snapshots, AreLeftOutAlsoBeforeTheirSystem) {
  snapshot();
  original();
  EXPECT_THAT(roots(), ElementsAre("btrfsvol:/dev/sda1/@"));
}

TEST_F(Snapshots, AloneAreSystems) {
  snapshot();
  snapshot("", "btrfsvol:/dev/sda1/older");
  EXPECT_THAT(roots(), ElementsAre("btrfsvol:/dev/sda1/old", "btrfsvol:/dev/sda1/older"));
}

TEST_F(Snapshots, OfAnotherFileSystemAreSystems) {
  original();
  snapshot("", "btrfsvol:/dev/sda2/old");
  EXPECT_THAT(roots(), ElementsAre("btrfsvol:/dev/sda1/@", "btrfsvol:/dev/sda2/old"));
}

TEST_F(Snapshots, OfWhatIsNotTheSameSystemAreSystems) {
  original();
  int number = 0;
  for (const char* difference :
       {"string name hurd", "string distro ubuntu", "string product_name 12.4",
        "integer major_version 11", "integer minor_version 4"})
    snapshot(difference, cat("btrfsvol:/dev/sda1/", ++number));
  EXPECT_THAT(roots(), SizeIs(6));
}

TEST_F(Snapshots, WhatIsNoneIsNeverLeftOut) {
  original();
  original("btrfsvol:/dev/sda1/copy");
  EXPECT_THAT(roots(), SizeIs(2));
}

// --- Where the engine stops

// As many volumes as wanted, all with the files of one directory.
class ManyVolumes final : public Volumes {
 public:
  explicit ManyVolumes(size_t count) {
    for (size_t i = 1; i <= count; ++i)
      volumes.push_back({.device = cat("/dev/vg/", i), .vfs_type = "ext4"});
    std::filesystem::permissions(temp_.path(), std::filesystem::perms(0755));
    base::replace_file(temp_.path() + "/detect-1", "claim 1 60\n");
  }
  std::vector<Volume> list() override { return volumes; }
  std::vector<std::string> drives() override { return {"/dev/sda"}; }
  std::unique_ptr<MountedTree> mount(const Volume& volume) override {
    mounts.push_back(volume.device);
    return std::make_unique<Shared>(root_.get());
  }
  std::unique_ptr<MountedTree> mount_tree(const std::vector<Mountpoint>&,
                                          std::vector<Problem>&) override {
    return std::make_unique<Shared>(root_.get());
  }

  std::vector<Volume> volumes;
  std::vector<std::string> mounts;  // in the order they were asked for

 private:
  struct Shared final : MountedTree {
    explicit Shared(int fd) : fd_(fd) {}
    int fd() const override { return fd_; }
    int fd_;
  };
  base::TempDir temp_;
  base::UniqueFd root_ = base::open_file(temp_.path(), O_PATH | O_DIRECTORY);
};

TEST_F(EngineRules, FourThousandVolumesAreLookedAt) {
  for (const size_t count : {4096, 4097}) {
    ManyVolumes many(count);
    for (size_t i = 0; i + 1 < count; ++i) many.volumes[i].vfs_type = "swap";
    const Report report = engine_.inspect(many);
    if (count == 4096) {
      EXPECT_THAT(many.mounts, ElementsAre("/dev/vg/4096"));
      EXPECT_THAT(report.problems, IsEmpty());
    } else {
      EXPECT_THAT(many.mounts, IsEmpty());
      EXPECT_THAT(report.problems,
                  ElementsAre(Problem{"the guest's disks",
                                      "more than 4096 volumes; the rest is left out"}));
    }
  }
}

TEST_F(EngineRules, AThousandSystemsAreReported) {
  ManyVolumes most(1024), more(1025);
  Report report = engine_.inspect(most);
  EXPECT_EQ(report.operatingsystems.size(), 1024u);
  EXPECT_THAT(report.problems, IsEmpty());
  report = engine_.inspect(more);
  EXPECT_EQ(report.operatingsystems.size(), 1024u);
  EXPECT_THAT(report.problems,
              ElementsAre(Problem{"operating systems", "more than 1024; the rest is left out"}));
}

TEST_F(EngineRules, TheApplicationsOfAllSystemsHaveALimit) {
  EXPECT_EQ(kMaxApplicationBytes, 96u << 20);
  for (const char* device : {"/dev/sda1", "/dev/sda2"}) {
    volume({.device = device}, {{1, "claim 1 60"}});
    described(device, "application abcd 12\napplication e 3\ndone");
  }
  const size_t each = 200 + 6 + 200 + 2;
  const auto reported = [&](size_t most) {
    std::vector<bool> has_applications;
    for (const OperatingSystem& os : inspect({.most_application_bytes = most}).operatingsystems)
      has_applications.push_back(os.applications.has_value());
    return has_applications;
  };
  EXPECT_THAT(reported(2 * each), ElementsAre(true, true));
  EXPECT_THAT(reported(2 * each - 1), ElementsAre(true, false));
  EXPECT_THAT(reported(each - 1), ElementsAre(false, false));
  EXPECT_THAT(
      inspect({.most_application_bytes = 2 * each - 1}).problems,
      ElementsAre(Problem{"/dev/sda2", "its list of applications is too large for the report"}));
}

TEST_F(EngineRules, DriveLettersAreSortedAndThoseOfNoVolumeLeftOut) {
  volume({.device = "/dev/sda1"},
         {{1, "claim 1 60\ndrive E /dev/sda1\ndrive C /dev/sda2\ndrive D /dev/sda9"}});
  volume({.device = "/dev/sda2"}, {});
  EXPECT_THAT(inspect().operatingsystems.at(0).drive_mappings,
              ElementsAre(DriveMapping{"C", "/dev/sda2"}, DriveMapping{"E", "/dev/sda1"}));
}

}  // namespace
}  // namespace glovebox::inspect
