// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/text_dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "glovebox/error.h"
#include "tests/unit/message_of.h"

namespace glovebox::guestd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kFive = "1\n2\n3\n4\n5\n";

// In pieces of every length: the answer does not depend on them.
std::vector<std::string> select(const LineRange& range, std::string_view text) {
  std::vector<std::string> answer;
  for (size_t length = 1; length <= text.size() + 1; ++length) {
    LineSelector lines(range);
    for (size_t at = 0; at < text.size(); at += length)
      if (!lines.add(text.substr(at, length)))
        break;
    answer = lines.finish();
    LineSelector whole(range);
    whole.add(text);
    EXPECT_EQ(answer, whole.finish()) << length;
  }
  return answer;
}

TEST(LineSelector, TakesTheFirstLines) {
  EXPECT_THAT(select(head_range(2), kFive), ElementsAre("1", "2"));
  EXPECT_THAT(select(head_range(9), kFive), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_THAT(select(head_range(0), kFive), IsEmpty());
  EXPECT_THAT(select(head_range(-4), kFive), ElementsAre("1"));
  EXPECT_THAT(select(head_range(3), "a\n\nb"), ElementsAre("a", "", "b"));
}

TEST(LineSelector, TakesTheLastLines) {
  EXPECT_THAT(select(tail_range(2), kFive), ElementsAre("4", "5"));
  EXPECT_THAT(select(tail_range(0), kFive), IsEmpty());
  EXPECT_THAT(select(tail_range(-4), kFive), ElementsAre("4", "5"));
  EXPECT_THAT(select(tail_range(2), "a\nb\nc"), ElementsAre("b", "c"));
}

const std::string kTooLarge = "the answer is larger than 4000000 bytes";

// One line of so many bytes, after which there may be more.
std::string line_of(size_t bytes) {
  return std::string(bytes - 1, 'x') + "\n";
}

TEST(LineSelector, HasALimit) {
  const auto refusal = [](const LineRange& range, const std::string& text) {
    return message_of([&] {
      LineSelector lines(range);
      lines.add(text);
      lines.finish();
    });
  };
  EXPECT_EQ(refusal(head_range(1), line_of(4'000'000)), "no error");
  EXPECT_EQ(refusal(head_range(1), line_of(4'000'001)), kTooLarge);
  EXPECT_EQ(refusal(head_range(2), line_of(3'000'000) + line_of(1'000'000)), "no error");
  EXPECT_EQ(refusal(head_range(2), line_of(3'000'000) + line_of(1'000'001)), kTooLarge);
  EXPECT_EQ(refusal(tail_range(-2), line_of(4'000'001) + line_of(4'000'000)), "no error");
  EXPECT_EQ(refusal(tail_range(1), line_of(3'999'998) + line_of(2)), "no error");
}

TEST(LineSelector, RefusesEndlessLines) {
  LineSelector lines(tail_range(-2));
  lines.add(std::string(4'000'000, 'x'));
  EXPECT_EQ(message_of([&] { lines.add("x"); }), kTooLarge);
}

TEST(LineSelector, KeepsAtMost64MibWaiting) {
  LineSelector lines(head_range(-1000));
  for (int i = 0; i < 64; ++i) lines.add(line_of(1 << 20));
  EXPECT_EQ(message_of([&] { lines.add("\n"); }), kTooLarge);
}

std::vector<std::string> texts(const std::string& encoding, std::string_view bytes) {
  PrintableTexts found(encoding);
  for (const char c : bytes) found.add({&c, 1});
  return found.finish();
}

TEST(PrintableTexts, FindsTextsOfFourCharacters) {
  using namespace std::string_view_literals;
  EXPECT_THAT(texts("s", "abc\0abcd\x01wxyz\ta"sv), ElementsAre("abcd", "wxyz\ta"));
  EXPECT_THAT(texts("l", "\1h\0e\0l\0l\0o\0\0\0"sv), ElementsAre("hello"));
  EXPECT_THAT(texts("b", "\0h\0e\0l\0l\0\0"sv), ElementsAre("hell"));
  EXPECT_THAT(texts("S", "\xe4\xf6\xfc\xdf"sv), ElementsAre("\xe4\xf6\xfc\xdf"));
  EXPECT_THROW(texts("q", ""), Error);
}

TEST(PrintableTexts, HaveALimit) {
  const auto refusal = [](const std::vector<std::string>& pieces) {
    return message_of([&] {
      PrintableTexts found("s");
      for (const std::string& piece : pieces) found.add(piece);
      found.finish();
    });
  };
  const std::string half(2'000'000 - 1, 'x');
  EXPECT_EQ(refusal({half, "\n", half}), "no error");
  EXPECT_EQ(refusal({half, "\n", half, "x"}), kTooLarge);
  PrintableTexts endless("s");
  endless.add(std::string(4'000'000, 'x'));
  EXPECT_EQ(message_of([&] { endless.add("x"); }), kTooLarge);
}

TEST(HexDump, HasALimit) {
  HexDump dump;
  const auto add_line = [&](int number) {
    std::string line = std::to_string(number);
    line.resize(16);
    dump.add(line);
  };
  for (int i = 0; i < 4'000'000 / 79; ++i) add_line(i);
  EXPECT_EQ(message_of([&] { add_line(-1); }), kTooLarge);
}

TEST(HexDump, FoldsLinesThatRepeat) {
  HexDump dump;
  for (int i = 0; i < 3; ++i) dump.add(std::string(16, '\0'));
  dump.add("end\x7f");
  EXPECT_EQ(dump.finish(),
            "00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n"
            "*\n"
            "00000030  65 6e 64 7f                                       |end.|\n"
            "00000034\n");
  EXPECT_EQ(HexDump().finish(), "");
}

TEST(WordCount, CountsAsWcDoes) {
  WordCount count;
  count.add("two wo");
  count.add("rds\nand\x01 three more\n");
  EXPECT_EQ(count.lines, 2u);
  EXPECT_EQ(count.words, 5u);
  EXPECT_EQ(count.bytes, 26u);
}

TEST(LinesOf, LeavesOutTheEnd) {
  EXPECT_THAT(lines_of("a\n\nb\n"), ElementsAre("a", "", "b"));
  EXPECT_THAT(lines_of(""), IsEmpty());
}

}  // namespace
}  // namespace glovebox::guestd
