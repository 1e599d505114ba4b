// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/report/report_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include "base/cat.h"
#include "base/error.h"
#include "inspect/report/base64.h"
#include "tests/unit/inspect/format/sample_report.h"

namespace glovebox::inspect {
namespace {

using testing::HasSubstr;

std::string error_of(std::string_view text) {
  try {
    from_json(text);
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), Errc::Corrupt);
    return e.what();
  }
  return "accepted";
}

std::string with_system(const std::string& members) {
  return base::cat(R"({"operatingsystems":[{"root":"/dev/sda1","mountpoints":[],"filesystems":[])",
                   members, R"(}],"problems":[]})");
}

TEST(ReportJson, ComesBackAsItWas) {
  const Report report = sample_report();
  EXPECT_EQ(from_json(to_json(report)), report);
}

TEST(ReportJson, LeavesOutWhatIsNotKnown) {
  Report report;
  report.operatingsystems.push_back({.root = "/dev/sda1"});
  EXPECT_EQ(to_json(report), with_system(""));
  EXPECT_EQ(from_json(to_json(report)), report);
}

TEST(ReportJson, KeepsNoListApartFromAnEmptyOne) {
  Report report;
  report.operatingsystems.push_back({.root = "/", .applications = std::vector<Application>{}});
  EXPECT_THAT(to_json(report), HasSubstr(R"("applications":[])"));
  EXPECT_TRUE(from_json(to_json(report)).operatingsystems[0].applications.has_value());
}

TEST(ReportJson, WritesMembersInTheOrderOfTheXml) {
  const std::string text = to_json(sample_report());
  size_t at = 0;
  for (const char* name :
       {"root", "name", "arch", "distro", "product_name", "major_version", "minor_version",
        "package_format", "package_management", "hostname", "osinfo", "mountpoints", "filesystems",
        "applications", "icon", "problems"}) {
    const size_t next = text.find(base::cat('"', name, "\":"), at);
    ASSERT_NE(next, std::string::npos) << name;
    at = next;
  }
}

TEST(ReportJson, RefusesWhatIsNoReport) {
  EXPECT_THAT(error_of(""), HasSubstr("is not JSON"));
  EXPECT_THAT(error_of("{"), HasSubstr("is not JSON"));
  EXPECT_THAT(error_of("[]"), HasSubstr("the document: expected an object, found array"));
  EXPECT_THAT(error_of("{}"), HasSubstr("operatingsystems: is missing"));
  EXPECT_THAT(error_of(R"({"operatingsystems":[]})"), HasSubstr("problems: is missing"));
  EXPECT_THAT(error_of(R"({"operatingsystems":{},"problems":[]})"),
              HasSubstr("operatingsystems: expected an array, found object"));
}

TEST(ReportJson, NamesThePathOfABadMember) {
  EXPECT_THAT(error_of(with_system(R"(,"name":7)")),
              HasSubstr("operatingsystems[0].name: expected a string, found number"));
  EXPECT_THAT(error_of(with_system(R"(,"major_version":"12")")),
              HasSubstr("operatingsystems[0].major_version: expected an integer"));
  EXPECT_THAT(error_of(with_system(R"(,"major_version":12.5)")), HasSubstr("expected an integer"));
  EXPECT_THAT(error_of(with_system(R"(,"major_version":99999999999)")), HasSubstr("out of range"));
  EXPECT_THAT(error_of(with_system(R"(,"major_version":-99999999999)")), HasSubstr("out of range"));
  EXPECT_THAT(error_of(with_system(R"(,"windows_group_policy":1)")),
              HasSubstr("expected true or false"));
  EXPECT_THAT(error_of(with_system(R"(,"colour":"red")")), HasSubstr("unknown member \"colour\""));
  EXPECT_THAT(error_of(with_system(R"(,"applications":[{"name":"a"},{"version":"1"}])")),
              HasSubstr("operatingsystems[0].applications[1].name: is missing"));
  EXPECT_THAT(error_of(with_system(R"(,"icon":"a")")), HasSubstr("icon: is not base 64"));
}

TEST(ReportJson, RefusesControlCharactersAndBadUtf8) {
  EXPECT_THAT(error_of(with_system(R"(,"hostname":"a\u001b[31m")")),
              HasSubstr("hostname: holds a control"));
  EXPECT_THAT(error_of(with_system(R"(,"hostname":"a\u009b")")),
              HasSubstr("hostname: holds a control"));
  EXPECT_THAT(error_of(with_system(R"(,"hostname":"a\nb")")),
              HasSubstr("hostname: holds a control"));
  EXPECT_THAT(error_of(with_system(R"(,"hostname":"a\u0000b")")),
              HasSubstr("hostname: holds a control"));
  EXPECT_EQ(error_of(with_system(R"(,"applications":[{"name":"a","description":"b\nc"}])")),
            "accepted");
  EXPECT_THAT(error_of(with_system(",\"hostname\":\"\xff\"")), HasSubstr("is not JSON"));
}

TEST(ReportJson, RefusesWhatIsMuchTooDeep) {
  EXPECT_EQ(error_of(std::string(100000, '[')), "report: the document: is nested deeper than 8");
}

TEST(ReportJson, TextsHaveALimit) {
  const auto text_of = [](size_t bytes) {
    return error_of(with_system(base::cat(R"(,"hostname":")", std::string(bytes, 'a'), '"')));
  };
  EXPECT_EQ(text_of(1 << 20), "accepted");
  EXPECT_EQ(text_of((1 << 20) + 1),
            "report: operatingsystems[0].hostname: has 1048577 bytes, more than 1048576");
}

TEST(ReportJson, PicturesHaveALimit) {
  const auto icon_of = [](size_t bytes) {
    return error_of(
        with_system(base::cat(R"(,"icon":")", base64_encode(std::string(bytes, 'a')), '"')));
  };
  EXPECT_EQ(icon_of(4 << 20), "accepted");
  EXPECT_EQ(icon_of((4 << 20) + 1),
            "report: operatingsystems[0].icon: is not base 64, or too large");
}

std::string numbers(size_t count) {
  std::string text = "[0";
  for (size_t i = 1; i < count; ++i) text += ",0";
  return text + ']';
}

// What is wrong with a list of so many numbers is the first one, or that there are too many.
TEST(ReportJson, ListsHaveALimit) {
  const auto systems = [](size_t count) {
    return error_of(base::cat(R"({"operatingsystems":)", numbers(count), R"(,"problems":[]})"));
  };
  EXPECT_EQ(systems(1024), "report: operatingsystems[0]: expected an object, found number");
  EXPECT_EQ(systems(1025), "report: operatingsystems: has 1025 entries, more than 1024");
  const auto problems = [](size_t count) {
    return error_of(base::cat(R"({"operatingsystems":[],"problems":)", numbers(count), "}"));
  };
  EXPECT_EQ(problems(65536), "report: problems[0]: expected an object, found number");
  EXPECT_EQ(problems(65537), "report: problems: has 65537 entries, more than 65536");
}

TEST(ReportJson, TheListsOfASystemHaveALimit) {
  const std::string most = numbers(65536), more = numbers(65537);
  const auto mountpoints = [](const std::string& list) {
    return error_of(base::cat(R"({"operatingsystems":[{"root":"/","mountpoints":)", list,
                              R"(,"filesystems":[]}],"problems":[]})"));
  };
  const auto filesystems = [](const std::string& list) {
    return error_of(base::cat(R"({"operatingsystems":[{"root":"/","mountpoints":[],"filesystems":)",
                              list, R"(}],"problems":[]})"));
  };
  const auto drives = [](const std::string& list) {
    return error_of(with_system(base::cat(R"(,"drive_mappings":)", list)));
  };
  const std::string os = "report: operatingsystems[0].";
  const std::string a_number = "[0]: expected an object, found number";
  const std::string too_many = ": has 65537 entries, more than 65536";
  EXPECT_EQ(mountpoints(most), os + "mountpoints" + a_number);
  EXPECT_EQ(mountpoints(more), os + "mountpoints" + too_many);
  EXPECT_EQ(filesystems(most), os + "filesystems" + a_number);
  EXPECT_EQ(filesystems(more), os + "filesystems" + too_many);
  EXPECT_EQ(drives(most), os + "drive_mappings" + a_number);
  EXPECT_EQ(drives(more), os + "drive_mappings" + too_many);
}

// The document itself is at depth 0.
TEST(ReportJson, NestingHasALimit) {
  const auto nested = [](size_t lists) {
    return error_of(std::string(lists, '[') + "0" + std::string(lists, ']'));
  };
  EXPECT_EQ(nested(8), "report: the document: expected an object, found array");
  EXPECT_EQ(nested(9), "report: the document: is nested deeper than 8");
}

// Pages that nobody touches: the size is refused before the text is looked at.
TEST(ReportJson, ADocumentHasALimit) {
  constexpr size_t kMost = 256 << 20;
  void* const pages =
      mmap(nullptr, kMost + 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(pages, MAP_FAILED);
  const std::string_view text(static_cast<const char*>(pages), kMost + 1);
  EXPECT_THAT(error_of(text.substr(1)), HasSubstr("report: the document: is not JSON: "));
  EXPECT_EQ(error_of(text), "report: the document: has 268435457 bytes, more than 268435456");
  munmap(pages, kMost + 1);
}

TEST(Base64, KnowsTheVectorsOfTheRfc) {
  for (const auto& [plain, encoded] : {std::pair{"", ""},
                                       {"f", "Zg=="},
                                       {"fo", "Zm8="},
                                       {"foo", "Zm9v"},
                                       {"foob", "Zm9vYg=="},
                                       {"fooba", "Zm9vYmE="},
                                       {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(base64_encode(plain), encoded);
    EXPECT_EQ(base64_decode(encoded), plain);
  }
  for (const char* bad : {"Z", "Zg", "Zg=", "Zh==", "Zg==x", "=", "Zm9v\n", "Zm9*"})
    EXPECT_EQ(base64_decode(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace glovebox::inspect
