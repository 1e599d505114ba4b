// SPDX-License-Identifier: GPL-2.0-or-later
// Whose word opens what: walks the table in SECURITY.md, row by row.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "base/cat.h"
#include "tests/unit/disk/chain_files.h"

namespace glovebox::disk {
namespace {

using base::cat;

struct Row {
  std::string header_of, format_is, base_lies, result;
};

std::string cell(const std::vector<std::string>& cells, size_t index) {
  return std::string(base::trim(cells.at(index)));
}

std::vector<Row> table_of_security_md() {
  const std::string text = base::read_file(GLOVEBOX_SOURCE_DIR "/SECURITY.md", 1 << 20);
  const size_t begin = text.find("<!-- chains: begin -->");
  const size_t end = text.find("<!-- chains: end -->");
  std::vector<Row> rows;
  for (const std::string& line : base::split(text.substr(begin, end - begin), '\n')) {
    const auto cells = base::split(line, '|');
    if (cells.size() == 6)
      rows.push_back({cell(cells, 1), cell(cells, 2), cell(cells, 3), cell(cells, 4)});
  }
  return {rows.begin() + std::min<ptrdiff_t>(2, std::ssize(rows)), rows.end()};
}

constexpr const char* kNamed = "the image named";
constexpr const char* kBelow = "one below it";
constexpr const char* kGivenByUser = "given by the user (`--format`)";
constexpr const char* kConfigured = "given by the configuration";
constexpr const char* kGivenByDomain = "given by a domain";
constexpr const char* kRecorded = "recorded by an image whose own is known";
constexpr const char* kRecordedByGuess = "recorded by an image whose own is guessed";
constexpr const char* kGuessed = "guessed";
constexpr const char* kBeside = "in its own directory or below";
constexpr const char* kElsewhere = "elsewhere";

class ChainTrust : public ChainFiles {
 protected:
  ChainTrust() {
    for (const char* name : {"/sub", "/sub/below"}) mkdir((dir_.path() + name).c_str(), 0755);
  }

  FormatRules rule(const std::string& directory, Format format = Format::Qcow2) {
    return FormatRules({{.directory = directory, .format = format, .origin = "glovebox.conf:1"}});
  }

  // The images of sub/ are qcow2, those below it raw.
  FormatRules rules_of_sub() {
    return FormatRules({{path("sub"), Format::Qcow2, "glovebox.conf:1"},
                        {path("sub/below"), Format::Raw, "glovebox.conf:2"}});
  }

  // Bases for an image in `directory`, with its format recorded in that image or not.
  std::string base_for(const Row& row, const std::string& directory) {
    const std::string base =
        (row.base_lies == kBeside ? directory + "/below" : elsewhere_.path()) + "/base.img";
    base::replace_file(base, std::string(4096, 'x'));
    return base;
  }

  struct Case {
    std::string top, base;
    OpenOptions options;
    std::string rebase;         // how to record the base's format
    std::string rebase_member;  // how to record the member's
  };

  Case case_of(const Row& row, const std::string& base_format) {
    return row.header_of == kNamed ? named(row, base_format) : below(row, base_format);
  }

  Case named(const Row& row, const std::string& base_format) {
    const std::string base = base_for(row, path("sub"));
    const std::string top = qcow2("sub/top.qcow2", base, base_format);
    Case c{
        .top = top, .base = base, .options = {}, .rebase = rebase(base, top), .rebase_member = ""};
    if (row.format_is == kGivenByUser || row.format_is == kGivenByDomain)
      c.options.format = "qcow2";
    else if (row.format_is == kConfigured)
      c.options.rules = rules_of_sub();
    else
      EXPECT_EQ(row.format_is, kGuessed);
    return c;
  }

  Case below(const Row& row, const std::string& base_format) {
    const std::string base = base_for(row, path("sub"));
    const std::string member = qcow2("sub/member.qcow2", base, base_format);
    const bool recorded = row.format_is == kRecorded || row.format_is == kRecordedByGuess;
    const std::string top = qcow2("top.qcow2", "sub/member.qcow2", recorded ? "qcow2" : "");
    Case c{.top = top,
           .base = base,
           .options = {},
           .rebase = rebase(base, member),
           .rebase_member = rebase("sub/member.qcow2", top)};
    if (row.format_is == kRecorded || row.format_is == kGuessed)
      c.options.format = "qcow2";
    else if (row.format_is == kConfigured)
      c.options.rules = rules_of_sub();
    else if (row.format_is == kGivenByDomain)
      c.options.below = {{.path = member, .format = "qcow2"}};
    else
      EXPECT_EQ(row.format_is, kRecordedByGuess);
    return c;
  }

  static std::string rebase(const std::string& base, const std::string& image) {
    return "qemu-img rebase -u -F FORMAT -b " + base + " " + image;
  }

  // What the table's result means for this case: the message, whole.
  std::string expected(const Row& row, const Case& c, bool base_is_recorded) {
    const std::string at = row.header_of == kNamed ? cat(c.top, ": backing file ", c.base, ": ")
                                                   : cat(c.top, ": ", path("sub/member.qcow2"),
                                                         ": backing file ", c.base, ": ");
    const std::string place =
        cat("lies outside the directory of ",
            row.header_of == kNamed ? std::string("the disk") : path("sub/member.qcow2"), "; ");
    if (row.result == "opened")
      return "accepted";
    if (row.result == "opened if the base's format is known; else refused: record or configure it")
      return base_is_recorded ? "accepted"
                              : cat(at,
                                    "its format is not recorded in the image above it; record "
                                    "it, as raw if it is raw: ",
                                    c.rebase, "; or ", configuration_line(elsewhere_.path()));
    if (row.result == "refused: give the format of the image named, or configure it")
      return cat(at, place,
                 "give the format of the disk (tools: --format): raw if it is raw (then its guest "
                 "wrote this header), qcow2 if you trust the chain; or ",
                 configuration_line(row.header_of == kNamed ? path("sub") : dir_.path()));
    if (row.result == "refused: record the format of that image, or configure it")
      return cat(at, place, "the format of ", path("sub/member.qcow2"),
                 " is not recorded in the image above it; record it, as raw if it is raw (then its "
                 "guest wrote this header): ",
                 c.rebase_member, "; or ", configuration_line(path("sub")));
    return "no such result: " + row.result;
  }
};

TEST_F(ChainTrust, EveryRowOfSecurityMdHolds) {
  for (const Row& row : table_of_security_md())
    for (const char* base_format : {"raw", ""}) {
      SCOPED_TRACE(cat(row.header_of, " | ", row.format_is, " | ", row.base_lies, " | base ",
                       *base_format ? base_format : "not recorded"));
      const Case c = case_of(row, base_format);
      EXPECT_EQ(refusal(c.top, c.options), expected(row, c, *base_format != '\0'));
    }
}

TEST_F(ChainTrust, TheTableHasEveryCase) {
  std::multiset<std::string> rows, wanted;
  for (const Row& row : table_of_security_md())
    rows.insert(cat(row.header_of, "|", row.format_is, "|", row.base_lies));
  for (const char* where : {kBeside, kElsewhere}) {
    for (const char* format : {kGivenByUser, kConfigured, kGivenByDomain, kGuessed})
      wanted.insert(cat(kNamed, "|", format, "|", where));
    for (const char* format : {kRecorded, kConfigured, kGivenByDomain, kRecordedByGuess, kGuessed})
      wanted.insert(cat(kBelow, "|", format, "|", where));
  }
  EXPECT_EQ(rows, wanted);
}

// The hole: the user's word on the overlay said nothing of the guest's disk below it.
TEST_F(ChainTrust, AHeaderPlantedBelowAnImageOfTheUsersLeadsNowhere) {
  const std::string secret = elsewhere_.path() + "/secret";
  base::replace_file(secret, std::string(4096, 's'));
  const std::string planted = qcow2("base.img", secret);
  const std::string overlay = qcow2("overlay.qcow2", "base.img", "");
  EXPECT_EQ(refusal(overlay, {.format = "qcow2"}),
            overlay + ": " + planted + ": backing file " + secret +
                ": lies outside the directory of " + planted + "; the format of " + planted +
                " is not recorded in the image above it; record it, as raw if it is raw (then its "
                "guest wrote this header): " +
                rebase("base.img", overlay) + "; or " + configuration_line(dir_.path()));
  EXPECT_EQ(open_chain(overlay, {.format = "qcow2", .rules = rule(dir_.path(), Format::Raw)})
                .images.at(1)
                .format,
            Format::Raw);
}

TEST_F(ChainTrust, TheRefusalNamesTheMemberThatAWordWouldHelp) {
  const std::string base = elsewhere_.path() + "/base.img";
  base::replace_file(base, std::string(4096, 'x'));
  const std::string low = qcow2("sub/below/low.qcow2", base);
  const std::string middle = qcow2("sub/middle.qcow2", "below/low.qcow2", "qcow2");
  const std::string top = qcow2("top.qcow2", "sub/middle.qcow2", "");
  EXPECT_EQ(refusal(top, {.format = "qcow2"}),
            top + ": " + path("sub/below/low.qcow2") + ": backing file " + base +
                ": lies outside the directory of " + low + "; the format of " + middle +
                " is not recorded in the image above it; record it, as raw if it is raw (then its "
                "guest wrote this header): " +
                rebase("sub/middle.qcow2", top) + "; or " + configuration_line(path("sub")));
}

// OpenStack's layout: qcow2 overlays of one directory over raw bases below it.
TEST_F(ChainTrust, ATrustedRecordGoesBeforeTheConfiguration) {
  raw("sub/base.img", 64 << 20);
  const std::string top = qcow2("top.qcow2", path("sub/base.img"), "raw");
  const Chain chain = open_chain(top, {.rules = rule(dir_.path())});
  EXPECT_EQ(chain.images.at(1).format, Format::Raw);
}

TEST_F(ChainTrust, TheConfigurationGoesBeforeAGuessedRecord) {
  qcow2("sub/base.img", "/etc/passwd");
  const std::string top = qcow2("top.qcow2", path("sub/base.img"), "qcow2");
  const Chain chain = open_chain(top, {.rules = rule(path("sub"), Format::Raw)});
  EXPECT_EQ(chain.images.at(1).format, Format::Raw);
}

TEST_F(ChainTrust, TheUsersFormatGoesBeforeTheConfiguration) {
  const std::string image = qcow2("disk.img");
  EXPECT_EQ(open_chain(image, {.format = "raw", .rules = rule(dir_.path())}).top().format,
            Format::Raw);
  EXPECT_EQ(open_chain(image, {.rules = rule(dir_.path(), Format::Raw)}).top().format, Format::Raw);
}

TEST_F(ChainTrust, AnImageThatTheConfigurationDoesNotFitNamesItsLine) {
  const std::string image = raw("disk.config");
  EXPECT_EQ(
      refusal(image, {.rules = rule(dir_.path())}),
      image + ": treated as qcow2, as glovebox.conf:1 requires: qcow2 header: no qcow2 magic");
}

TEST_F(ChainTrust, WhatADomainNamesIsOpenedInPlaceOfWhatTheHeaderNames) {
  const std::string base = elsewhere_.path() + "/base.img";
  base::replace_file(base, std::string(4096, 'x'));
  const std::string top = qcow2("top.qcow2", "/etc/passwd", "qcow2");
  const Chain chain =
      open_chain(top, {.format = "qcow2", .below = {{.path = base, .format = "raw"}}});
  ASSERT_EQ(chain.images.size(), 2u);
  EXPECT_EQ(chain.images[1].path, base);
  EXPECT_EQ(open_chain(top, {.format = "qcow2", .below_is_all = true}).images.size(), 1u);
}

TEST_F(ChainTrust, BelowWhatADomainNamesTheHeadersAreFollowed) {
  const std::string base = elsewhere_.path() + "/base.img";
  base::replace_file(base, std::string(4096, 'x'));
  const std::string member = qcow2("member.qcow2", base);
  const std::string top = qcow2("top.qcow2");
  EXPECT_EQ(open_chain(top, {.below = {{.path = member, .format = "qcow2"}}}).images.size(), 3u);
  EXPECT_EQ(open_chain(top, {.below = {{.path = member, .format = "qcow2"}}, .below_is_all = true})
                .images.size(),
            2u);
  // A domain that does not say the member's format: the header on it is only a guess.
  EXPECT_THAT(refusal(top, {.format = "qcow2", .below = {{.path = member}}}),
              testing::StartsWith(top + ": " + member + ": backing file " + base +
                                  ": lies outside the directory of " + member));
}

// A name in a header may lead to a device that acts on being opened; a FIFO here, whose writer
// would be woken.
TEST_F(ChainTrust, WhatIsNoImageIsNotOpened) {
  ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
  const std::string top = qcow2("top.qcow2", "fifo");
  EXPECT_EQ(refusal(top), top + ": backing file " + path("fifo") + ": is a FIFO, not a disk image");
}

}  // namespace
}  // namespace glovebox::disk
