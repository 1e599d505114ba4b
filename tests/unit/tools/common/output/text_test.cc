// SPDX-License-Identifier: GPL-2.0-or-later
//
// The small formatters: CSV fields, sizes for people, JSON strings, messages, the progress bar.
#include <gtest/gtest.h>

#include <sstream>

#include "tools/common/output/csv.h"
#include "tools/common/output/human_size.h"
#include "tools/common/output/json_text.h"
#include "tools/common/output/messages.h"
#include "tools/common/output/progress.h"

namespace glovebox::tools {
namespace {

TEST(Csv, QuotesOnlyWhereNeeded) {
  EXPECT_EQ(csv_line({"a", "", "/odd/with space", "q\"uote,comma", "new\nline", "c\rr"}),
            "a,,\"/odd/with space\",\"q\"\"uote,comma\",\"new\nline\",\"c\rr\"\n");
}

TEST(HumanSize, RoundsToTheNearestAndTiesToEven) {
  const std::pair<uint64_t, const char*> cases[] = {
      {0, "0"},           {132, "132"},        {1023, "1023"},       {1024, "1.0K"},
      {4096, "4.0K"},     {6484, "6.3K"},      {10188, "9.9K"},  // 9.949
      {10189, "10K"},                         // 9.9502: ten tenths are shown without
      {10240, "10K"},     {10752, "10K"},     // 10.5: to the even one
      {10753, "11K"},     {11776, "12K"},     // 11.5
      {1048063, "1023K"}, {1048064, "1.0M"},  // 1023.5: to the even one, which is the next unit
      {1048576, "1.0M"},  {480 << 20, "480M"}, {5368709120, "5.0G"}, {UINT64_MAX, "16E"},
  };
  for (const auto& [bytes, text] : cases) EXPECT_EQ(human_size(bytes), text) << bytes;
}

TEST(JsonText, EscapesAndStaysValid) {
  EXPECT_EQ(json_text("a\"b\\c\n\t\x01\x7f"
                      "é"),
            "\"a\\\"b\\\\c\\n\\t\\u0001\\u007fé\"");
  EXPECT_EQ(json_member("path", "/x"), "\"path\": \"/x\"");
  EXPECT_EQ(json_member("path", "/\xff"), "\"path\": \"/\\\\xff\", \"path_base64\": \"L/8=\"");
}

TEST(Messages, OneHarmlessLineEach) {
  std::ostringstream text;
  Messages messages("virt-test", text);
  messages.error("cat: /a\n/b\033[2J: gone");
  messages.error("\t/dev/sda1 (ext4)");
  messages.advice("Try");
  messages.progress(1, 2);
  EXPECT_EQ(text.str(),
            "virt-test: cat: /a\\x0a/b\\x1b[2J: gone\nvirt-test: \t/dev/sda1 (ext4)\nTry\n");
}

TEST(Messages, LinesOfJson) {
  std::ostringstream text;
  Messages messages("virt-test", text);
  messages.use_json();
  messages.error("/a\n\"b\"");
  messages.advice("");
  messages.progress(1, 2);
  messages.terminal("bar");
  EXPECT_EQ(text.str(),
            "{\"type\": \"error\", \"message\": \"/a\\n\\\"b\\\"\"}\n"
            "{\"type\": \"advice\", \"message\": \"\"}\n"
            "{\"type\": \"progress\", \"position\": 1, \"total\": 2}\n");
}

TEST(Progress, Text) {
  using std::chrono::milliseconds;
  EXPECT_EQ(progress_text(1, 4, milliseconds(10000)),
            " 25% [##########------------------------------] 00:30");
  EXPECT_EQ(progress_text(0, 4, milliseconds(10000)),
            "  0% [----------------------------------------] --:--");
  EXPECT_EQ(progress_text(1, 1000, milliseconds(10000)),
            "  0% [----------------------------------------] 2:46:30");
}

TEST(Progress, AppearsAfterAWhileAndGoesAway) {
  std::ostringstream text;
  Messages messages("virt-test", text);
  std::chrono::milliseconds now{0};
  ProgressBar bar(messages, [&] { return now; });
  bar.update(0, 10);
  now += std::chrono::milliseconds(1999);
  bar.update(1, 10);
  EXPECT_EQ(text.str(), "");
  now += std::chrono::milliseconds(1);
  bar.update(5, 10);
  now += std::chrono::milliseconds(50);
  bar.update(6, 10);  // too soon to draw again
  bar.update(10, 10);
  EXPECT_EQ(text.str(), "\r 50% [####################--------------------] 00:02\r\033[K");
}

}  // namespace
}  // namespace glovebox::tools
