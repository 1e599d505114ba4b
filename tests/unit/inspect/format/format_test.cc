// SPDX-License-Identifier: GPL-2.0-or-later
//
// The printed forms of a report, compared with files under tests/golden/inspect; ACCEPT=1 writes
// them anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "inspect/format/json.h"
#include "inspect/format/xml.h"
#include "inspect/format/xpath.h"
#include "tests/unit/inspect/format/sample_report.h"
#include "tests/unit/message_of.h"

namespace glovebox::inspect {
namespace {

using testing::HasSubstr;

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = GLOVEBOX_SOURCE_DIR "/tests/golden/inspect/" + name;
  if (std::getenv("ACCEPT"))
    base::replace_file(path, text);
  EXPECT_EQ(text, base::read_file(path, 1 << 20));
}

std::string xml_of(const Report& report) {
  std::ostringstream out;
  write_xml(report, out);
  return out.str();
}

std::string json_of(const Report& report, const JsonOptions& options) {
  std::ostringstream out;
  write_json(report, options, out);
  return out.str();
}

std::string xpath(const std::string& query, const std::string& document) {
  std::istringstream in(document);
  std::ostringstream out;
  run_xpath(query, in, out);
  return out.str();
}

TEST(Xml, Sample) {
  expect_golden("sample.xml", xml_of(sample_report()));
}

TEST(Xml, NoSystemIsAnEmptyRoot) {
  EXPECT_EQ(xml_of({}), "<?xml version=\"1.0\"?>\n<operatingsystems/>\n");
}

TEST(Xml, StaysWellFormedWithCharactersThatXmlLacks) {
  const Report report{.operatingsystems = {{.root = "a\xef\xbf\xbe"
                                                    "b\xef\xbf\xbf\xef\xbf\xbd"}}};
  EXPECT_THAT(xml_of(report),
              HasSubstr("<root>a\\xef\\xbf\\xbeb\\xef\\xbf\\xbf\xef\xbf\xbd</root>"));
}

TEST(Json, Sample) {
  expect_golden("sample.json",
                json_of(sample_report(), {.sources = {"disk.qcow2"}, .version = "0.1.0"}));
}

TEST(Json, OneLineForJsonLines) {
  EXPECT_EQ(json_of({}, {.sources = {"a\n\xff"}, .version = "1", .one_line = true}),
            "{\"glovebox\":\"1\",\"source\":\"a\\\\x0a\\\\xff\",\"operatingsystems\":[],"
            "\"problems\":[]}\n");
}

TEST(Json, SeveralDisksOfAGuest) {
  EXPECT_EQ(json_of({}, {.sources = {"a", "b\x1b"}, .version = "1", .one_line = true}),
            "{\"glovebox\":\"1\",\"source\":\"a\",\"sources\":[\"a\",\"b\\\\x1b\"],"
            "\"operatingsystems\":[],\"problems\":[]}\n");
}

// The answers are those of virt-inspector 1.48 --xpath on the same document.
TEST(Xpath, AnswersAsTheOriginalDoes) {
  const std::string document =
      "<?xml version=\"1.0\"?>\n<operatingsystems>\n  <operatingsystem>\n    "
      "<root>/dev/sda1</root>\n"
      "    <name>linux</name>\n    <mountpoints>\n      <mountpoint "
      "dev=\"/dev/sda1\">/</mountpoint>\n"
      "      <mountpoint dev=\"/dev/sda2\">/b\xc3\xb6\xc3\xb6t &amp; more</mountpoint>\n    "
      "</mountpoints>\n"
      "  </operatingsystem>\n</operatingsystems>\n";
  EXPECT_EQ(xpath("//root", document), "<root>/dev/sda1</root>\n");
  EXPECT_EQ(xpath("string(//name)", document), "linux\n");
  EXPECT_EQ(xpath("count(//mountpoint)", document), "2\n");
  EXPECT_EQ(xpath("1=1", document), "true\n");
  EXPECT_EQ(xpath("//mountpoint", document),
            "<mountpoint dev=\"/dev/sda1\">/</mountpoint>\n"
            "<mountpoint dev=\"/dev/sda2\">/b&#xF6;&#xF6;t &amp; more</mountpoint>\n");
  EXPECT_EQ(xpath("//mountpoints", document),
            "<mountpoints>\n      <mountpoint dev=\"/dev/sda1\">/</mountpoint>\n"
            "      <mountpoint dev=\"/dev/sda2\">/b&#xF6;&#xF6;t &amp; more</mountpoint>\n    "
            "</mountpoints>\n");
  EXPECT_EQ(xpath("//@dev", document), " dev=\"/dev/sda1\"\n dev=\"/dev/sda2\"\n");
  EXPECT_EQ(xpath("//root/text()", document), "/dev/sda1\n");
  EXPECT_EQ(xpath("//nothing", document), "");
  EXPECT_EQ(xpath("string(//nothing)", document), "");
}

TEST(Xpath, FailsWithTheOriginalsWordsAndLibxmls) {
  const auto error = [](const std::string& query, const std::string& document) {
    try {
      return xpath(query, document);
    } catch (const Error& e) {
      return std::string(e.what());
    }
  };
  testing::internal::CaptureStderr();
  EXPECT_EQ(
      error("//a", "<a>\n</b>"),
      "unable to parse XML from stdin: line 2: Opening and ending tag mismatch: a line 1 and b");
  EXPECT_EQ(error("//a", ""), "unable to parse XML from stdin: line 1: Document is empty");
  EXPECT_EQ(error("1 +", "<a/>"), "unable to evaluate XPath expression: Invalid expression");
  EXPECT_EQ(error("[[", "<a/>"), "unable to evaluate XPath expression: Invalid expression");
  EXPECT_EQ(error("f()", "<a/>"), "unable to evaluate XPath expression: Unregistered function");
  EXPECT_EQ(error("n:a", "<a/>"),
            "unable to evaluate XPath expression: Undefined namespace prefix");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Xpath, DocumentsHaveALimit) {
  EXPECT_EQ(kMaxDocumentBytes, 256u << 20);
  const auto answer = [](size_t bytes) {
    const std::string start = "<a/>";
    std::istringstream in(start + std::string(bytes - start.size(), '\n'));
    std::ostringstream out;
    const std::string error = message_of([&] { run_xpath("//a", in, out, 1 << 20); });
    return out.str() + error;
  };
  EXPECT_EQ(answer(1 << 20), "<a/>\nno error");
  EXPECT_EQ(answer((1 << 20) + 1),
            "stdin: more than 1 MiB, which is too large for an inspection report");
}

}  // namespace
}  // namespace glovebox::inspect
