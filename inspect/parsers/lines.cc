// SPDX-License-Identifier: LGPL-2.1-or-later
#include "inspect/parsers/lines.h"

namespace glovebox::inspect {

std::vector<std::string_view> words_of(std::string_view line, size_t most) {
  std::vector<std::string_view> words;
  while (words.size() < most) {
    const size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
      break;
    const size_t end = line.find_first_of(" \t", begin);
    words.push_back(line.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos)
      break;
    line.remove_prefix(end);
  }
  return words;
}

}  // namespace glovebox::inspect
