// SPDX-License-Identifier: GPL-2.0-or-later
//
// The example plugin at its limits and one past.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inspect/tree/memory_tree.h"
#include "inspect/worker/host_services.h"

namespace glovebox::inspect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr uint32_t kApplications = GLOVEBOX_INSPECT_WANT_APPLICATIONS;

Findings describe(const MemoryTree& tree) {
  return call_plugin(glovebox_inspect_plugin()->describe, tree, {}, kApplications);
}

MemoryTree with_packages(int count) {
  MemoryTree tree;
  tree.directory("/var/packages");
  for (int i = 0; i < count; ++i) tree.file("/var/packages/p" + std::to_string(i), "1.0\n");
  return tree;
}

TEST(ExamplePluginLimits, Packages) {
  const Findings most = describe(with_packages(10'000));
  EXPECT_THAT(most.applications.value(), SizeIs(10'000));
  EXPECT_THAT(most.problems, IsEmpty());
  const Findings more = describe(with_packages(10'001));
  EXPECT_FALSE(more.applications);
  EXPECT_THAT(more.problems, ElementsAre(Problem{"/var/packages", "too many packages"}));
}

TEST(ExamplePluginLimits, BytesOfAFile) {
  const auto problems = [](size_t bytes) {
    MemoryTree tree = with_packages(0);
    std::string version = "1.0";
    version.resize(bytes, '\n');
    tree.file("/var/packages/editor", version);
    return describe(tree).problems;
  };
  EXPECT_THAT(problems(64 << 10), IsEmpty());
  EXPECT_THAT(
      problems((64 << 10) + 1),
      ElementsAre(Problem{"/var/packages/editor", "is larger than the limit of 65536 bytes"}));
}

}  // namespace
}  // namespace glovebox::inspect
