// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/worker/findings.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "inspect/report/report_json.h"
#include "inspect/tree/memory_tree.h"
#include "inspect/worker/host_services.h"
#include "tests/unit/message_of.h"

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

std::string word(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}
std::string refusal_of_bytes(const std::string& bytes) {
  return message_of([&] { decode_findings(bytes); });
}
std::string refusal(const Findings& findings) {
  return refusal_of_bytes(encode(findings));
}

TEST(Findings, ListsHaveALimit) {
  const std::vector<MountEntry> mounts(4096, {"a", "/"}), more_mounts(4097, {"a", "/"});
  const std::string too_many = "a list of 4097 entries, more than 4096";
  EXPECT_EQ(refusal({.mounts = mounts, .drive_mappings = mounts}), "no error");
  EXPECT_EQ(refusal({.mounts = more_mounts}), too_many);
  EXPECT_EQ(refusal({.drive_mappings = more_mounts}), too_many);
  EXPECT_EQ(refusal({.problems = std::vector<Problem>(1001)}), "no error");
  EXPECT_EQ(refusal({.problems = std::vector<Problem>(1002)}),
            "a list of 1002 entries, more than 1001");
}

TEST(Findings, TextsAndIconsHaveALimit) {
  EXPECT_EQ(refusal({.strings = {{"name", std::string(262144, 'x')}}}), "no error");
  EXPECT_EQ(refusal({.strings = {{"name", std::string(262145, 'x')}}}),
            "a string of 262145 bytes, more than 262144");
  const auto described = [](size_t bytes) {
    return refusal({.applications = {{{.name = "a", .description = std::string(bytes, 'x')}}}});
  };
  EXPECT_EQ(described(262144), "no error");
  EXPECT_EQ(described(262145), "a string of 262145 bytes, more than 262144");
  EXPECT_EQ(refusal({.icon = std::string(4 << 20, 'x')}), "no error");
  EXPECT_EQ(refusal({.icon = std::string((4 << 20) + 1, 'x')}),
            "a string of 4194305 bytes, more than 4194304");
}

TEST(Findings, ApplicationsHaveALimit) {
  // The count of a list that does not follow: what is too long is refused before it is read.
  const std::string begin = std::string(6 * 4, '\0') + word(1);
  EXPECT_EQ(refusal_of_bytes(begin + word(1 << 20)), refusal_of_bytes(begin + word(1)));
  EXPECT_EQ(refusal_of_bytes(begin + word((1 << 20) + 1)),
            "a list of 1048577 entries, more than 1048576");
}

TEST(Findings, RolesAreThoseThatExist) {
  const std::string rest(9 * 4, '\0');
  EXPECT_EQ(refusal_of_bytes(word(4) + rest), "no error");
  EXPECT_EQ(refusal_of_bytes(word(5) + rest), "role 5 does not exist");
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
        for (int i = 0; i < 64; ++i) EXPECT_EQ(h->open(h, "/file"), i);
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
  const Findings most = call_plugin(
      [](Host h) {
        for (int i = 0; i < 1000; ++i) EXPECT_EQ(h->add_problem(h, "/", "bad"), 0);
        return 0;
      },
      MemoryTree(), {});
  EXPECT_EQ(most.problems, std::vector<Problem>(1000, {"/", "bad"}));
  const Findings more = call_plugin(
      [](Host h) {
        for (int i = 0; i < 1000; ++i) EXPECT_EQ(h->add_problem(h, "/", "bad"), 0);
        for (int i = 0; i < 5; ++i) EXPECT_EQ(h->add_problem(h, "/", "bad"), -E2BIG);
        return 0;
      },
      MemoryTree(), {});
  ASSERT_EQ(more.problems.size(), 1001u);
  EXPECT_EQ(more.problems.back(), (Problem{"", "more problems than a report can hold"}));
  EXPECT_EQ(decode_findings(encode(more)), more);
}

TEST(HostServices, TextsAndIconsAreCapped) {
  call_plugin(
      [](Host h) {
        const std::string most(65536, 'x'), more(65537, 'x');
        EXPECT_EQ(h->set_string(h, "name", most.c_str()), 0);
        EXPECT_EQ(h->set_string(h, "name", more.c_str()), -EFBIG);
        EXPECT_EQ(h->add_mount(h, most.c_str(), most.c_str(), most.c_str(), most.c_str()), 0);
        EXPECT_EQ(h->add_mount(h, more.c_str(), "", "", ""), -EFBIG);
        EXPECT_EQ(h->add_mount(h, "", more.c_str(), "", ""), -EFBIG);
        EXPECT_EQ(h->add_mount(h, "", "", more.c_str(), ""), -EFBIG);
        EXPECT_EQ(h->add_mount(h, "", "", "", more.c_str()), -EFBIG);
        EXPECT_EQ(h->add_drive_mapping(h, "C", most.c_str()), 0);
        EXPECT_EQ(h->add_drive_mapping(h, "C", more.c_str()), -EFBIG);
        const std::string icon((4 << 20) + 1, 'x');
        EXPECT_EQ(h->set_icon(h, icon.data(), icon.size() - 1), 0);
        EXPECT_EQ(h->set_icon(h, icon.data(), icon.size()), -EFBIG);
        return 0;
      },
      MemoryTree(), {});
}

TEST(HostServices, LongTextsOfApplicationsAndProblemsAreCut) {
  const Findings found = call_plugin(
      [](Host h) {
        const std::string more(65537, 'x');
        glovebox_inspect_application a{};
        a.struct_size = sizeof a;
        a.name = a.summary = a.description = more.c_str();
        EXPECT_EQ(h->add_application(h, &a), 0);
        EXPECT_EQ(h->add_problem(h, more.c_str(), more.c_str()), 0);
        return h->applications_done(h);
      },
      MemoryTree(), {});
  const std::string most(65536, 'x');
  ASSERT_EQ(found.applications->size(), 1u);
  EXPECT_EQ(found.applications->at(0),
            (Application{.name = most, .summary = most, .description = most}));
  EXPECT_EQ(found.problems, std::vector{(Problem{most, most})});
}

TEST(HostServices, ListsAreCapped) {
  const Findings found = call_plugin(
      [](Host h) {
        for (int i = 0; i < 4096; ++i) {
          EXPECT_EQ(h->add_mount(h, "a", "/", "", ""), 0);
          EXPECT_EQ(h->add_drive_mapping(h, "C", "a"), 0);
        }
        EXPECT_EQ(h->add_mount(h, "a", "/", "", ""), -E2BIG);
        EXPECT_EQ(h->add_drive_mapping(h, "C", "a"), -E2BIG);
        return 0;
      },
      MemoryTree(), {});
  EXPECT_EQ(found.mounts.size(), 4096u);
  EXPECT_EQ(found.drive_mappings.size(), 4096u);
}

TEST(HostServices, ApplicationsAreCapped) {
  const Findings found = call_plugin(
      [](Host h) {
        glovebox_inspect_application a{};
        a.struct_size = sizeof a;
        a.name = "a";
        EXPECT_EQ(h->add_application(h, &a), 0);
        EXPECT_EQ(h->add_application(h, &a), 0);
        EXPECT_EQ(h->add_application(h, &a), -E2BIG);
        return h->applications_done(h);
      },
      MemoryTree(), {}, 0, 2);
  EXPECT_EQ(found.applications->size(), 2u);
}

TEST(HostServices, NumbersAndClaimsHaveLimits) {
  const Findings found = call_plugin(
      [](Host h) {
        EXPECT_EQ(h->set_int(h, "major_version", INT32_MAX), 0);
        EXPECT_EQ(h->set_int(h, "major_version", int64_t{INT32_MAX} + 1), -ERANGE);
        EXPECT_EQ(h->set_int(h, "minor_version", INT32_MIN), 0);
        EXPECT_EQ(h->set_int(h, "minor_version", int64_t{INT32_MIN} - 1), -ERANGE);
        EXPECT_EQ(h->claim(h, GLOVEBOX_INSPECT_ROLE_SPLIT_ROOT, 100), 0);
        EXPECT_EQ(h->claim(h, GLOVEBOX_INSPECT_ROLE_SPLIT_ROOT + 1, 1), -EINVAL);
        EXPECT_EQ(h->claim(h, 0, 1), -EINVAL);
        EXPECT_EQ(h->claim(h, GLOVEBOX_INSPECT_ROLE_ROOT, 101), -EINVAL);
        return 0;
      },
      MemoryTree(), {});
  EXPECT_EQ(found,
            (Findings{.role = Role::SplitRoot,
                      .confidence = 100,
                      .integers = {{"major_version", INT32_MAX}, {"minor_version", INT32_MIN}}}));
}

}  // namespace
}  // namespace glovebox::inspect
