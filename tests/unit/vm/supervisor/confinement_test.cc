// SPDX-License-Identifier: GPL-2.0-or-later
// The probe, run in qemu's place. Everything is refused with all layers up, as root and as an
// ordinary user, and the layers back each other up: with one of the large ones left out the rest
// still refuse what matters.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <string>
#include <vector>

#include "tests/unit/vm/supervisor/host.h"

namespace glovebox::vm {
namespace {

using Results = std::map<std::string, std::string>;

// Attempts that must be there, so that a probe that ends early does not pass: a few of each group,
// and how many in all.
constexpr const char* kLandmarks[] = {"files.read-passwd",
                                      "files.read-foreign",
                                      "files.leaked-directory",
                                      "files.open-by-handle",
                                      "files.create /tmp/new",
                                      "ram.open-read-write",
                                      "ram.open-truncate",
                                      "ram.own-descriptor.reopen",
                                      "ram.passed-descriptor.reopen",
                                      "ram.passed-descriptor.map-shared",
                                      "ram.passed-descriptor.chmod",
                                      "reach.unix-path",
                                      "reach.abstract",
                                      "reach.tcp",
                                      "reach.leaked-socket",
                                      "others.ptrace-attach",
                                      "others.read-memory",
                                      "others.kill",
                                      "end"};
constexpr const char* kFilterLandmarks[] = {"sockets.make-unix",
                                            "sockets.connect",
                                            "sockets.send-to-address",
                                            "kernel.io-uring",
                                            "kernel.bpf",
                                            "kernel.keyctl",
                                            "kernel.newer-than-the-list",
                                            "tree.mount",
                                            "tree.unshare-user",
                                            "rights.setuid",
                                            "rights.no-capabilities",
                                            "rights.plain-user",
                                            "processes.fork",
                                            "processes.clone3",
                                            "processes.thread",
                                            "processes.exec /bin/sh",
                                            "processes.exec /bin/true",
                                            "processes.exec-at"};
constexpr size_t kAttempts = 150;
constexpr char kNamespaces[] =
    "pid-namespace,mount-namespace,network-namespace,ipc-namespace,uts-namespace";

// Whatever was neither refused nor, where it should work, works.
std::vector<std::string> faults(const Results& results, const std::set<std::string>& excused = {}) {
  std::vector<std::string> list;
  for (const auto& [name, answer] : results)
    if (answer != "refused" && answer != "works" && name != "end" && !excused.contains(name))
      list.push_back(name + " " + answer);
  for (const char* name : kLandmarks)
    if (!results.contains(name))
      list.push_back(std::string(name) + " was not tried");
  return list;
}

class Confinement : public testing::TestWithParam<As> {
 protected:
  Host host_;
};

// Root tests both; anybody else is an ordinary user.
std::vector<As> users() {
  return geteuid() == 0 ? std::vector{As::Self, As::OrdinaryUser} : std::vector{As::Self};
}

TEST_P(Confinement, EverythingIsRefused) {
  const Results results = host_.run_probe(GetParam());
  EXPECT_THAT(faults(results), testing::IsEmpty());
  for (const char* name : kFilterLandmarks)
    EXPECT_TRUE(results.contains(name)) << name << " was not tried";
  EXPECT_GE(results.size(), kAttempts);
}

// Root cannot become somebody else then: somebody else could not reach root's private files.
TEST_P(Confinement, EverythingIsRefusedWithoutTheSealedRoot) {
  EXPECT_THAT(faults(host_.run_probe(GetParam(), "mount-namespace"), {"rights.plain-user"}),
              testing::IsEmpty());
}

TEST_P(Confinement, EverythingIsRefusedWithoutLandlock) {
  EXPECT_THAT(faults(host_.run_probe(GetParam(), "landlock")), testing::IsEmpty());
}

TEST_P(Confinement, EverythingIsRefusedWithoutNamespaces) {
  EXPECT_THAT(faults(host_.run_probe(GetParam(), kNamespaces), {"rights.plain-user"}),
              testing::IsEmpty());
}

// Without the filter the data of others and the template's contents are still out of reach.
TEST_P(Confinement, FilesAndNetworkAreRefusedWithoutTheFilter) {
  // The owner may change what is not the contents, through a descriptor from outside the sealed
  // root; a handle cannot be opened without capabilities, but the kernel looks at its shape first;
  // and it may signal itself, alone in its namespace.
  std::set<std::string> excused = {"files.name-to-handle", "files.open-by-handle",
                                   "others.kill-everybody", "others.kill-group"};
  for (const char* group : {"ram.own-descriptor.", "ram.passed-descriptor."})
    for (const char* what : {"chmod", "set-times", "set-xattr", "set-file-flags"})
      excused.insert(std::string(group) + what);
  EXPECT_THAT(faults(host_.run_probe(GetParam(), "seccomp"), excused), testing::IsEmpty());
}

// A probe that could not succeed would prove nothing: with every wall left out it finds the doors
// open.
TEST(ConfinementProbe, FindsOpenDoors) {
  const Host host;
  const Results results =
      host.run_probe(users().back(), std::string(kNamespaces) + ",landlock,seccomp");
  for (const char* name :
       {"files.read-passwd", "files.read-foreign", "files.list-root", "files.create /tmp/new",
        "ram.passed-descriptor.chmod", "reach.unix-path", "reach.abstract", "reach.tcp",
        "reach.leaked-socket", "others.kill", "others.pidfd-open"}) {
    const auto found = results.find(name);
    EXPECT_TRUE(found != results.end() && found->second.starts_with("ALLOWED")) << name;
  }
}

TEST_P(Confinement, TheTemplateIsUnchanged) {
  host_.run_probe(GetParam());
  EXPECT_EQ(base::read_file(host_.ram(), 1 << 20), std::string(64 << 10, 'r'));
}

INSTANTIATE_TEST_SUITE_P(As, Confinement, testing::ValuesIn(users()), [](const auto& test) {
  return std::string(test.param == As::Self ? "Self" : "OrdinaryUser");
});

}  // namespace
}  // namespace glovebox::vm
