// SPDX-License-Identifier: LGPL-2.1-or-later
#include "inspect/parsers/unix/fstab.h"

#include <cctype>

#include "inspect/parsers/lines.h"

namespace glovebox::inspect {
namespace {

bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

// getmntent(3): a blank is written \040, a backslash \134.
std::string decode_octal(std::string_view word) {
  std::string out;
  for (size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '\\' && i + 3 < word.size() && is_octal(word[i + 1]) && is_octal(word[i + 2]) &&
        is_octal(word[i + 3]) && word[i + 1] <= '3') {
      const int value = (word[i + 1] - '0') * 64 + (word[i + 2] - '0') * 8 + (word[i + 3] - '0');
      i += 3;
      if (value != 0)  // a NUL ends every string on the way; nobody means one
        out += static_cast<char>(value);
    } else if (word[i] != '\0') {
      out += word[i];
    }
  }
  return out;
}

bool is_comment(const std::vector<std::string_view>& words) {
  return words.empty() || words[0].front() == '#';
}

std::string normal_uuid(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ':' || c == '-' || c == '.' || c == ' ')
      continue;
    if (!std::isxdigit(static_cast<unsigned char>(c)))
      return {};
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out.size() == 32 ? out : std::string();
}

bool equals_ignoring_case(std::string_view a, std::string_view lower) {
  if (a.size() != lower.size())
    return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(a[i])) != lower[i])
      return false;
  return true;
}

}  // namespace

Fstab parse_fstab(std::string_view text) {
  Fstab fstab;
  for (LineReader lines(text); lines.next();) {
    const auto words = words_of(lines.line(), 4);
    if (is_comment(words))
      continue;
    if (fstab.entries.size() + fstab.bad_lines.size() == kMaxTableEntries) {
      fstab.truncated = true;
      break;
    }
    if (words.size() < 2) {
      fstab.bad_lines.push_back(lines.number());
      continue;
    }
    fstab.entries.push_back({decode_octal(words[0]), decode_octal(words[1]),
                             words.size() > 2 ? decode_octal(words[2]) : "",
                             words.size() > 3 ? decode_octal(words[3]) : ""});
  }
  return fstab;
}

std::vector<CrypttabEntry> parse_crypttab(std::string_view text) {
  std::vector<CrypttabEntry> entries;
  for (LineReader lines(text); lines.next() && entries.size() < kMaxTableEntries;) {
    const auto words = words_of(lines.line(), 2);
    if (!is_comment(words) && words.size() == 2)
      entries.push_back({decode_octal(words[0]), decode_octal(words[1])});
  }
  return entries;
}

std::vector<MdArray> parse_mdadm_conf(std::string_view text) {
  constexpr size_t kMaxWords = 64;
  std::vector<MdArray> arrays;
  for (LineReader lines(text); lines.next() && arrays.size() < kMaxTableEntries;) {
    const auto words = words_of(lines.line(), kMaxWords);
    if (words.size() < 3 || !equals_ignoring_case(words[0], "array"))
      continue;
    for (const std::string_view word : words) {
      const std::string uuid =
          equals_ignoring_case(word.substr(0, 5), "uuid=") ? normal_uuid(word.substr(5)) : "";
      if (uuid.empty())
        continue;
      arrays.push_back({std::string(words[1]), uuid});
      break;
    }
  }
  return arrays;
}

}  // namespace glovebox::inspect
