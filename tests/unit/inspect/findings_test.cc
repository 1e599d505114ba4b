// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/engine/findings.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "inspect/engine/host_services.h"
#include "inspect/engine/memory_tree.h"
#include "inspect/report/report_json.h"

namespace glovebox::inspect {
namespace {

Findings sample() {
  return {.role = Role::Root,
          .confidence = 80,
          .strings = {{"name", "linux"}, {"distro", "debian"}},
          .integers = {{"major_version", 12}},
          .mounts = {{"UUID=1", "/", "ext4", "ro"}},
          .drive_mappings = {{"spec", "C"}},
          .applications = {{{.name = "a", .epoch = -1, .description = "x\ny"}}},
          .icon = std::string("\0\xff", 2),
          .problems = {{"/etc/fstab", "bad"}},
          .result = -5};
}

TEST(Findings, ComeBackAsTheyWere) {
  EXPECT_EQ(decode_findings(encode(sample())), sample());
  EXPECT_EQ(decode_findings(encode({})), Findings{});
}

TEST(Findings, EveryTruncationIsRefused) {
  const std::string bytes = encode(sample());
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_THROW(decode_findings(bytes.substr(0, length)), Error) << length;
  EXPECT_THROW(decode_findings(bytes + '\0'), Error);
}

TEST(Findings, HugeCountsAreRefusedBeforeTheyAreBelieved) {
  std::string bytes = encode({});
  for (size_t at = 8; at + 4 <= bytes.size() - 4; at += 4) {
    std::string damaged = bytes;
    damaged.replace(at, 4, "\xff\xff\xff\xff");
    EXPECT_THROW(decode_findings(damaged), Error) << at;
  }
}

TEST(Findings, ForeignTextIsEscapedAgain) {
  Findings hostile = sample();
  hostile.strings["hostname"] = "a\x1b[31m\xff";
  hostile.applications->at(0).description = "one\ntwo\x07";
  const Findings read = decode_findings(encode(hostile));
  EXPECT_EQ(read.strings.at("hostname"), "a\\x1b[31m\\xff");
  EXPECT_EQ(read.applications->at(0).description, "one\ntwo\\x07");
  hostile.strings["colour"] = "red";
  EXPECT_THROW(decode_findings(encode(hostile)), Error);
}

// --- The function table, called as a plugin calls it.

using Host = const glovebox_inspect_host*;

TEST(HostServices, RefuseWhatMakesNoSense) {
  MemoryTree tree;
  tree.file("/file", "content").directory("/dir").device("/device").link("/link", "file");
  const Findings found = call_plugin(
      [](Host h) {
        char buffer[8];
        glovebox_inspect_stat info;
        EXPECT_EQ(h->stat(h, "/nothing", 1, &info), -ENOENT);
        EXPECT_EQ(h->stat(h, nullptr, 1, &info), -EINVAL);
        EXPECT_EQ(h->open(h, "/nothing"), -ENOENT);
        EXPECT_EQ(h->open(h, "/dir"), -EISDIR);
        EXPECT_EQ(h->open(h, "/device"), -EINVAL);
        EXPECT_EQ(h->pread(h, 0, buffer, 8, 0), -EBADF);
        EXPECT_EQ(h->pread(h, -1, buffer, 8, 0), -EBADF);
        EXPECT_EQ(h->pread(h, 1000, buffer, 8, 0), -EBADF);
        h->close(h, 77);
        EXPECT_EQ(h->readlink(h, "/link", buffer, 4), -ERANGE);
        EXPECT_EQ(h->readlink(h, "/link", buffer, 5), 4);
        EXPECT_EQ(h->readlink(h, "/file", buffer, 5), -EINVAL);
        EXPECT_EQ(h->set_string(h, "colour", "red"), -EINVAL);
        EXPECT_EQ(h->set_string(h, nullptr, "red"), -EINVAL);
        EXPECT_EQ(h->set_int(h, "major_version", int64_t{1} << 40), -ERANGE);
        EXPECT_EQ(h->claim(h, 9, 50), -EINVAL);
        EXPECT_EQ(h->claim(h, GLOVEBOX_INSPECT_ROLE_ROOT, 101), -EINVAL);
        EXPECT_EQ(h->add_application(h, nullptr), -EINVAL);
        glovebox_inspect_application nameless{};
        nameless.struct_size = sizeof nameless;
        EXPECT_EQ(h->add_application(h, &nameless), -EINVAL);
        EXPECT_EQ(h->set_icon(h, "x", kMaxIconBytes + 1), -EFBIG);
        EXPECT_EQ(h->get_string(h, "nothing"), nullptr);
        EXPECT_STREQ(h->get_string(h, "device"), "/dev/sda1");
        return 3;
      },
      tree, {{"device", "/dev/sda1"}});
  EXPECT_EQ(found, Findings{.result = 3});
}

TEST(HostServices, KeepFilesToTheCap) {
  MemoryTree tree;
  tree.file("/file", "content");
  call_plugin(
      [](Host h) {
        for (int i = 0; i < kMaxOpenFiles; ++i) EXPECT_EQ(h->open(h, "/file"), i);
        EXPECT_EQ(h->open(h, "/file"), -EMFILE);
        h->close(h, 5);
        EXPECT_EQ(h->open(h, "/file"), 5);
        char buffer[8] = {};
        EXPECT_EQ(h->pread(h, 5, buffer, 7, 3), 4);
        EXPECT_STREQ(buffer, "tent");
        return 0;
      },
      tree, {});
}

TEST(HostServices, EscapeWhatGuestsWrote) {
  const Findings found = call_plugin(
      [](Host h) {
        h->set_string(h, "hostname", "a\nb\x1b\xfe");
        h->set_string(h, "distro", "x");
        h->set_string(h, "distro", "");
        h->add_problem(h, "/a\nb", nullptr);
        return 0;
      },
      MemoryTree(), {});
  EXPECT_EQ(found.strings, (std::map<std::string, std::string>{{"hostname", "a\\x0ab\\x1b\\xfe"}}));
  EXPECT_EQ(found.problems[0], (Problem{"/a\\x0ab", ""}));
}

TEST(HostServices, ProblemsAreCapped) {
  const Findings found = call_plugin(
      [](Host h) {
        for (int i = 0; i < 5000; ++i) h->add_problem(h, "/", "bad");
        return 0;
      },
      MemoryTree(), {});
  EXPECT_EQ(found.problems.size(), kMaxFindingProblems + 1);
  EXPECT_EQ(found.problems.back().what, "more problems than can be told");
  EXPECT_EQ(decode_findings(encode(found)), found);
}

}  // namespace
}  // namespace glovebox::inspect
