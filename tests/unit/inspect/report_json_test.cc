// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/report/report_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/cat.h"
#include "base/error.h"
#include "inspect/report/base64.h"
#include "sample_report.h"

namespace glovebox::inspect {
namespace {

using testing::HasSubstr;

std::string error_of(const std::string& text) {
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

TEST(ReportJson, RefusesWhatIsTooDeepOrTooLarge) {
  EXPECT_THAT(error_of(std::string(100000, '[')), HasSubstr("nested deeper"));
  EXPECT_THAT(error_of(with_system(
                  base::cat(R"(,"hostname":")", std::string(kMaxReportString + 1, 'a'), '"'))),
              HasSubstr("bytes, more than"));
  std::string many = R"({"operatingsystems":[)";
  for (size_t i = 0; i <= kMaxSystems; ++i) many += i == 0 ? "{}" : ",{}";
  EXPECT_THAT(error_of(many + R"(],"problems":[]})"),
              HasSubstr("operatingsystems: has 1025 entries"));
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
