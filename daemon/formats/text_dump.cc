// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/text_dump.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kShortestText = 4;
constexpr size_t kMaxWaitingBytes = 64 << 20;  // lines that the end may leave out
constexpr size_t kDumpWidth = 16;

[[noreturn]] void throw_too_much() {
  throw Error(Errc::Corrupt, base::cat("the answer is larger than ", kMaxTextBytes, " bytes"),
              EFBIG);
}

bool printable(unsigned char c) {
  return c >= ' ' && c <= '~';
}

}  // namespace

LineRange head_range(int32_t lines) {
  if (lines < 0)
    return {LineRange::Kind::AllButLast, static_cast<uint64_t>(-static_cast<int64_t>(lines))};
  return {LineRange::Kind::First, static_cast<uint64_t>(lines)};
}

LineRange tail_range(int32_t lines) {
  if (lines < 0)
    return {LineRange::Kind::From, static_cast<uint64_t>(-static_cast<int64_t>(lines))};
  return {LineRange::Kind::Last, static_cast<uint64_t>(lines)};
}

bool LineSelector::add(std::string_view bytes) {
  while (!bytes.empty()) {
    if (range_.kind == LineRange::Kind::First && number_ >= range_.count)
      return false;
    const size_t newline = bytes.find('\n');
    if (line_.size() + std::min(newline, bytes.size()) > kMaxTextBytes)
      throw_too_much();
    line_ += bytes.substr(0, newline);
    if (newline == std::string_view::npos)
      return true;
    end_line();
    bytes.remove_prefix(newline + 1);
  }
  return true;
}

void LineSelector::end_line() {
  ++number_;
  switch (range_.kind) {
    case LineRange::Kind::First:
      keep(std::move(line_));
      break;
    case LineRange::Kind::From:
      if (number_ >= range_.count)
        keep(std::move(line_));
      break;
    case LineRange::Kind::Last:
      keep(std::move(line_));
      if (kept_.size() > range_.count) {
        bytes_ -= kept_.front().size() + 1;
        kept_.pop_front();
      }
      break;
    case LineRange::Kind::AllButLast:
      waiting_bytes_ += line_.size() + 1;
      if (waiting_bytes_ > kMaxWaitingBytes)
        throw_too_much();
      waiting_.push_back(std::move(line_));
      if (waiting_.size() > range_.count) {
        waiting_bytes_ -= waiting_.front().size() + 1;
        keep(std::move(waiting_.front()));
        waiting_.pop_front();
      }
      break;
  }
  line_.clear();
}

void LineSelector::keep(std::string line) {
  bytes_ += line.size() + 1;
  if (bytes_ > kMaxTextBytes)
    throw_too_much();
  kept_.push_back(std::move(line));
}

std::vector<std::string> LineSelector::finish() {
  if (!line_.empty() && !(range_.kind == LineRange::Kind::First && number_ >= range_.count))
    end_line();
  return {std::make_move_iterator(kept_.begin()), std::make_move_iterator(kept_.end())};
}

PrintableTexts::PrintableTexts(const std::string& encoding) {
  if (encoding.size() != 1 || std::string_view("sSblBL").find(encoding) == std::string_view::npos)
    throw Error(Errc::Usage, base::cat(base::escape(encoding), ": invalid encoding"), EINVAL);
  encoding_ = encoding.front();
  width_ = encoding_ == 's' || encoding_ == 'S' ? 1 : encoding_ == 'b' || encoding_ == 'l' ? 2 : 4;
}

bool PrintableTexts::graphic(uint32_t c) const {
  return c == '\t' || (c < 128 && printable(static_cast<unsigned char>(c))) ||
         (encoding_ == 'S' && c > 127);
}

uint32_t PrintableTexts::character(std::string_view at) const {
  uint32_t value = 0;
  const bool little = encoding_ == 'l' || encoding_ == 'L';
  for (size_t i = 0; i < width_; ++i)
    value = value << 8 | static_cast<unsigned char>(at[little ? width_ - 1 - i : i]);
  return value;
}

void PrintableTexts::end_text() {
  if (text_.size() >= kShortestText) {
    bytes_ += text_.size() + 1;
    if (bytes_ > kMaxTextBytes)
      throw_too_much();
    texts_.push_back(text_);
  }
  text_.clear();
}

// What is no character of a text costs one byte, not its width: texts need not be aligned.
void PrintableTexts::add(std::string_view bytes) {
  rest_ += bytes;
  std::string_view left = rest_;
  while (left.size() >= width_) {
    const uint32_t c = character(left);
    if (graphic(c)) {
      text_ += static_cast<char>(c);
      if (text_.size() > kMaxTextBytes)
        throw_too_much();
      left.remove_prefix(width_);
    } else {
      end_text();
      left.remove_prefix(1);
    }
  }
  rest_.erase(0, rest_.size() - left.size());
}

std::vector<std::string> PrintableTexts::finish() {
  end_text();
  return std::move(texts_);
}

void HexDump::add(std::string_view bytes) {
  rest_ += bytes;
  std::string_view left = rest_;
  for (; left.size() >= kDumpWidth; left.remove_prefix(kDumpWidth)) {
    const std::string_view here = left.substr(0, kDumpWidth);
    if (here != previous_) {
      line(here);
      previous_ = here;
      repeating_ = false;
    } else if (!repeating_) {
      dump_ += "*\n";
      repeating_ = true;
    }
    offset_ += kDumpWidth;
  }
  rest_.erase(0, rest_.size() - left.size());
}

void HexDump::line(std::string_view bytes) {
  char text[32];
  snprintf(text, sizeof text, "%08jx ", static_cast<uintmax_t>(offset_));
  std::string columns = text, characters;
  for (size_t i = 0; i < kDumpWidth; ++i) {
    if (i < bytes.size())
      snprintf(text, sizeof text, " %02x", static_cast<unsigned char>(bytes[i]));
    columns += i < bytes.size() ? text : "   ";
    if (i == kDumpWidth / 2 - 1)
      columns += " ";
  }
  for (const char c : bytes) characters += printable(static_cast<unsigned char>(c)) ? c : '.';
  dump_ += columns + "  |" + characters + "|\n";
  if (dump_.size() > kMaxTextBytes)
    throw_too_much();
}

std::string HexDump::finish() {
  if (!rest_.empty())
    line(rest_);
  offset_ += rest_.size();
  if (offset_ == 0)
    return {};
  char text[32];
  snprintf(text, sizeof text, "%08jx\n", static_cast<uintmax_t>(offset_));
  return dump_ + text;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines = base::split(text, '\n');
  if (lines.back().empty())
    lines.pop_back();
  return lines;
}

void WordCount::add(std::string_view piece) {
  bytes += piece.size();
  for (const unsigned char c : piece) {
    lines += c == '\n';
    const bool space = c == ' ' || (c >= '\t' && c <= '\r');
    // As wc(1) in the C locale: a byte that is neither space nor printable is in no word.
    if (space)
      in_word = false;
    else if (printable(c) && !in_word) {
      in_word = true;
      ++words;
    }
  }
}

}  // namespace glovebox::guestd
