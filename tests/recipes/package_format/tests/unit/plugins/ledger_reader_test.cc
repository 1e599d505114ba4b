// SPDX-License-Identifier: GPL-2.0-or-later
//
// The reader on trees written down here, called by way of its row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "base/cat.h"
#include "inspect/tree/memory_tree.h"
#include "inspect/worker/host_services.h"
#include "plugins/linux/packages/ledger.h"
#include "plugins/linux/packages/readers.h"

namespace glovebox::inspect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// In the tree this is one more row of kPackageReaders.
constexpr linux_plugin::PackageReader kReader = {"ledger", "/var/lib/ledger",
                                                 linux_plugin::add_ledger_applications};
const std::string kInstalled = base::cat(kReader.path, "/installed");
const Problem kUnknown = {kInstalled,
                          "no readable package database: the applications are not known"};

Findings found_in(const MemoryTree& tree) {
  return call_plugin(kit::guarded<kReader.add>, tree, {}, GLOVEBOX_INSPECT_WANT_APPLICATIONS);
}
Findings found_with(const std::string& text) {
  return found_in(MemoryTree().file(kInstalled, text));
}

TEST(LedgerReader, AddsApplications) {
  const Findings found = found_with("bash 5.2 amd64\n");
  EXPECT_THAT(*found.applications,
              ElementsAre(Application{.name = "bash", .version = "5.2", .arch = "amd64"}));
  EXPECT_THAT(found.problems, IsEmpty());
}

TEST(LedgerReader, WithoutALedgerTheListIsNotComplete) {
  for (const MemoryTree& tree : {MemoryTree(), MemoryTree().file(kInstalled, "")}) {
    EXPECT_FALSE(found_in(tree).applications.has_value());
    EXPECT_THAT(found_in(tree).problems, ElementsAre(kUnknown));
  }
  const Findings unreadable =
      found_in(MemoryTree().file(kInstalled, "").unreadable(kInstalled, EIO));
  EXPECT_FALSE(unreadable.applications.has_value());
  EXPECT_THAT(unreadable.problems,
              ElementsAre(Problem{kInstalled, "Input/output error"}, kUnknown));
}

TEST(LedgerReader, DamageIsToldAndTheRestIsThere) {
  const Findings found = found_with("bash 5.2 amd64\nrubbish\n");
  EXPECT_EQ(found.applications->size(), 1u);
  EXPECT_THAT(found.problems,
              ElementsAre(Problem{kInstalled, "damaged from line 2 on (1 lines make no sense)"}));
}

TEST(LedgerReader, TheLedgerHasALimit) {
  const std::string line = "a 1 x\n";
  const auto with_size = [&](size_t bytes) {
    return found_with(line + std::string(bytes - line.size(), '\n'));
  };
  EXPECT_EQ(with_size(1 << 20).applications->size(), 1u);
  EXPECT_THAT(
      with_size((1 << 20) + 1).problems,
      ElementsAre(Problem{kInstalled, "is larger than the limit of 1048576 bytes"}, kUnknown));
}

TEST(LedgerReader, TooManyPackagesAreTold) {
  std::string text;
  for (size_t i = 0; i < 32768; ++i) text += "a 1 x\n";
  EXPECT_THAT(found_with(text).problems, IsEmpty());
  EXPECT_THAT(found_with(text + "b 1 x\n").problems,
              ElementsAre(Problem{kInstalled, "more than 32768 packages; the rest is left out"}));
}

}  // namespace
}  // namespace glovebox::inspect
