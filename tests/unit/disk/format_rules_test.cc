// SPDX-License-Identifier: GPL-2.0-or-later
#include "disk/format_rules.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "tests/unit/message_of.h"

namespace glovebox::disk {
namespace {

std::string refusal(const std::string& text) {
  return message_of([&] { parse_format_rules(text, "x.conf"); });
}

TEST(FormatRules, LinesAndComments) {
  const std::vector<FormatRule> expected = {
      {"/var/lib/nova/instances", Format::Qcow2, "x.conf:3"},
      {"/a b=c#d", Format::Raw, "x.conf:5"},
      {"/e", Format::Raw, "x.conf:6"},
  };
  EXPECT_EQ(parse_format_rules("# comment\n"
                               "\n"
                               "/var/lib/nova/instances = qcow2\r\n"
                               "  # another = raw\n"
                               "\t/a b=c#d=raw  # and one behind a rule\n"
                               "/e = raw",
                               "x.conf"),
            expected);
  EXPECT_TRUE(parse_format_rules("", "x.conf").empty());
}

TEST(FormatRules, ErrorsNameFileAndLine) {
  EXPECT_EQ(refusal("\n/images qcow2"),
            "x.conf:2: '/images qcow2' is not of the form DIRECTORY = FORMAT");
  EXPECT_EQ(refusal("/images # = qcow2"),
            "x.conf:1: '/images' is not of the form DIRECTORY = FORMAT");
  EXPECT_EQ(refusal("images = qcow2"), "x.conf:1: directory 'images' is not an absolute path");
  EXPECT_EQ(refusal("~/images = qcow2"), "x.conf:1: directory '~/images' is not an absolute path");
  EXPECT_EQ(refusal("= qcow2"), "x.conf:1: directory '' is not an absolute path");
  EXPECT_EQ(refusal("/images ="), "x.conf:1: unknown image format ''");
  EXPECT_EQ(refusal("/images = qcow3\x1b"), "x.conf:1: unknown image format 'qcow3\\x1b'");
}

TEST(FormatRules, TheyHaveALimit) {
  std::string text;
  for (size_t i = 0; i < kMaxFormatRules; ++i) text += "/x = raw\n";
  EXPECT_EQ(parse_format_rules(text, "x.conf").size(), kMaxFormatRules);
  EXPECT_EQ(refusal(text + "\n# one more\n/y = raw\n"), "x.conf:1003: more than 1000 rules");
}

class FoundRules : public testing::Test {
 protected:
  FoundRules() {
    for (const char* name : {"/a", "/a/b", "/ab"}) mkdir((top_ + name).c_str(), 0755);
    EXPECT_EQ(symlink("a/b", (top_ + "/link").c_str()), 0);
  }

  // "raw", "qcow2", or "none", for a path below the test's directory.
  std::string found(const std::string& text, const std::string& path) {
    const FormatRules rules(parse_format_rules(text, "x.conf"));
    const FormatRule* const rule = rules.find(path);
    return rule ? std::string(format_name(rule->format)) : "none";
  }

  base::TempDir dir_;
  const std::string top_ = dir_.path();
};

TEST_F(FoundRules, TheLongestDirectoryCounts) {
  const std::string text = top_ + "/a/b = raw\n" + top_ + "/a = qcow2\n";
  EXPECT_EQ(found(text, top_ + "/a/b/x"), "raw");
  EXPECT_EQ(found(text, top_ + "/a/b/c/d/x"), "raw");
  EXPECT_EQ(found(text, top_ + "/a/x"), "qcow2");
  EXPECT_EQ(found(text, top_ + "/ab/x"), "none");
  EXPECT_EQ(found(text, top_ + "/a"), "none");
  EXPECT_EQ(found(text, ""), "none");
}

TEST_F(FoundRules, DirectoriesAreComparedWithoutLinks) {
  EXPECT_EQ(found(top_ + "/link = raw", top_ + "/a/b/x"), "raw");
  EXPECT_EQ(found(top_ + "/ab/../a/ = raw", top_ + "/a/x"), "raw");
  // Longest when resolved.
  EXPECT_EQ(found(top_ + "/link = raw\n" + top_ + "/a/ = qcow2", top_ + "/a/b/x"), "raw");
}

TEST_F(FoundRules, TheRootCoversEverything) {
  EXPECT_EQ(found("/ = raw", "/x"), "raw");
  EXPECT_EQ(found("/ = raw", "/x/y/z"), "raw");
  EXPECT_EQ(found("/ = raw\n" + top_ + " = qcow2", top_ + "/x"), "qcow2");
  EXPECT_EQ(found("/ = raw", ""), "none");
}

TEST_F(FoundRules, OfTwoForOneDirectoryTheLastCounts) {
  EXPECT_EQ(found(top_ + "/a/b = raw\n" + top_ + "/link = qcow2", top_ + "/a/b/x"), "qcow2");
}

TEST_F(FoundRules, ADirectoryThatIsNotThereHasNoImages) {
  EXPECT_EQ(found(top_ + "/gone = raw", top_ + "/gone/x"), "none");
}

}  // namespace
}  // namespace glovebox::disk
