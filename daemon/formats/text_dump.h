// SPDX-License-Identifier: GPL-2.0-or-later
//
// Files as text for people, piece by piece: lines, printable texts (strings(1)), hexadecimal
// (hexdump -C). Each takes the bytes in pieces of any length, and throws Corrupt, EFBIG, when its
// answer outgrows what a reply can carry. No system calls.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace glovebox::guestd {

inline constexpr size_t kMaxTextBytes = 4'000'000;  // of an answer

// Which lines of a file: `head -n` and `tail -n` with the meaning of negative numbers.
struct LineRange {
  enum class Kind { First, AllButLast, Last, From };
  Kind kind = Kind::First;
  uint64_t count = 0;  // From: the number of the first line, counted from 1
};
LineRange head_range(int32_t lines);
LineRange tail_range(int32_t lines);

class LineSelector {
 public:
  explicit LineSelector(const LineRange& range) : range_(range) {}
  // False: no later byte can change the answer.
  bool add(std::string_view bytes);
  std::vector<std::string> finish();

 private:
  void end_line();
  void keep(std::string line);

  const LineRange range_;
  uint64_t number_ = 0;  // of the current line
  std::string line_;
  std::deque<std::string> waiting_;
  std::deque<std::string> kept_;
  size_t bytes_ = 0;
  size_t waiting_bytes_ = 0;
};

class PrintableTexts {
 public:
  // `encoding` as strings(1) has it: s S b l B L; throws Usage for another.
  explicit PrintableTexts(const std::string& encoding);
  void add(std::string_view bytes);
  std::vector<std::string> finish();

 private:
  bool graphic(uint32_t c) const;
  uint32_t character(std::string_view at) const;
  void end_text();

  char encoding_;
  size_t width_;
  std::string rest_;  // less than a character
  std::string text_;
  std::vector<std::string> texts_;
  size_t bytes_ = 0;
};

class HexDump {
 public:
  void add(std::string_view bytes);
  std::string finish();

 private:
  void line(std::string_view bytes);

  std::string rest_, previous_, dump_;
  uint64_t offset_ = 0;
  bool repeating_ = false;
};

// A program's output as lines, without their newlines.
std::vector<std::string> lines_of(std::string_view text);

struct WordCount {
  uint64_t lines = 0, words = 0, bytes = 0;
  bool in_word = false;
  void add(std::string_view bytes);
};

}  // namespace glovebox::guestd
