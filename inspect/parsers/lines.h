// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Walking a text by lines and a line by words, without copies. The text is borrowed.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace glovebox::inspect {

// for (LineReader lines(text); lines.next();) use(lines.line(), lines.number());
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  bool next() {
    if (rest_.empty())
      return false;
    const size_t end = rest_.find('\n');
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (!line_.empty() && line_.back() == '\r')
      line_.remove_suffix(1);
    ++number_;
    return true;
  }
  std::string_view line() const { return line_; }
  size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::string_view line_;
  size_t number_ = 0;
};

// The words of a line, at most `most`; the last one does not swallow the rest.
std::vector<std::string_view> words_of(std::string_view line, size_t most);

}  // namespace glovebox::inspect
