// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>

#include "inspect/report/report_json.h"
#include "tests/unit/message_of.h"
#include "tests/unit/tools/verb_test.h"
#include "tools/virt-inspector/inspector.h"

namespace glovebox::tools {
namespace {

class VirtInspector : public VerbTest {
 protected:
  VirtInspector() {
    guest_.answers["internal_inspect"] = [this](proto::XdrReader& in, const LocalFile* sink) {
      asked_ =
          std::string(in.boolean() ? "no applications " : "") + (in.boolean() ? "no icon" : "");
      FakeCalls::send(sink, inspect::to_json(report_));
      return FakeCalls::nothing();
    };
  }

  int run(InspectorOptions options) {
    options.sources = {"my disk.img"};
    return run_verb("virt-inspector", [&](Output& out, Messages& messages) {
      return print_report(guest_, options, Damage::Tell, out, messages);
    });
  }

  inspect::Report report_;
  std::string asked_;
};

TEST_F(VirtInspector, NoSystemIsAnEmptyListAndANote) {
  EXPECT_EQ(run({}), 0);
  EXPECT_EQ(stdout_, "<?xml version=\"1.0\"?>\n<operatingsystems/>\n");
  EXPECT_EQ(stderr_, "virt-inspector: my disk.img: no operating system was found on this disk\n");
  EXPECT_EQ(asked_, "");
}

TEST_F(VirtInspector, ProblemsAreReportedInBothForms) {
  report_.operatingsystems = {{.root = "/dev/sda1", .name = "linux"}};
  report_.problems = {{"/dev/sda2", "cannot be mounted: bad superblock"}};
  const std::string reported =
      "virt-inspector: my disk.img: /dev/sda2: cannot be mounted: bad superblock\n";
  EXPECT_EQ(run({.applications = Applications::No, .icon = Icon::No}), 0);
  EXPECT_EQ(stderr_, reported);
  EXPECT_EQ(asked_, "no applications no icon");
  EXPECT_EQ(run({.form = ReportForm::Json}), 0);
  EXPECT_EQ(stderr_, reported);
  EXPECT_NE(stdout_.find("\"where\": \"/dev/sda2\""), std::string::npos) << stdout_;
  EXPECT_NE(stdout_.find("\"source\": \"my disk.img\""), std::string::npos) << stdout_;
}

TEST_F(VirtInspector, APluginThatCannotBeUsedIsAFailureAndTheReportIsPrinted) {
  const base::TempDir dir;
  base::replace_file(dir.path() + "/mine.so", "no shared object");
  guest_.answers["internal_add_plugin"] = [](proto::XdrReader&, const LocalFile*) {
    return FakeCalls::nothing();
  };
  report_.operatingsystems = {{.root = "/dev/sda1", .name = "linux"}};
  report_.problems = {{"plugin mine.so", "mine.so: file too short"}};
  EXPECT_EQ(run({.plugins = {dir.path() + "/mine.so"}}), 1);
  EXPECT_EQ(stderr_, "virt-inspector: my disk.img: plugin mine.so: mine.so: file too short\n");
  EXPECT_NE(stdout_.find("<name>linux</name>"), std::string::npos) << stdout_;
  // Of the appliance, or one that failed at a volume.
  report_.problems = {{"plugin theirs.so", "broken"}, {"/dev/sda1: plugin mine.so", "crashed"}};
  EXPECT_EQ(run({.plugins = {dir.path() + "/mine.so"}}), 0);
}

TEST_F(VirtInspector, APluginHasALimit) {
  const base::TempDir dir;
  const std::string path = dir.path() + "/large.so";
  base::replace_file(path, "");
  guest_.answers["internal_add_plugin"] = [](proto::XdrReader&, const LocalFile*) {
    return FakeCalls::nothing();
  };
  const auto refusal = [&](off_t bytes) {
    EXPECT_EQ(truncate(path.c_str(), bytes), 0);
    return message_of([&] { run({.plugins = {path}}); });
  };
  EXPECT_EQ(refusal(64 << 20), "no error");
  EXPECT_EQ(refusal((64 << 20) + 1),
            "--plugin: " + path + ": is larger than 64 MiB, so it is not an inspection plugin");
}

TEST_F(VirtInspector, Query) {
  std::istringstream xml(
      "<operatingsystems><operatingsystem><name>linux</name></operatingsystem></operatingsystems>");
  const auto query = [&](Output& out, Messages&) { return run_query("string(//name)", xml, out); };
  EXPECT_EQ(run_verb("virt-inspector", query), 0);
  EXPECT_EQ(stdout_, "linux\n");
}

}  // namespace
}  // namespace glovebox::tools
