// SPDX-License-Identifier: LGPL-2.1-or-later
#include "inspect/parsers/unix/release.h"

#include <cctype>
#include <limits>

#include "base/cat.h"
#include "inspect/parsers/lines.h"

namespace glovebox::inspect {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name(std::string_view text) {
  if (text.empty() || is_digit(text[0]))
    return false;
  for (const char c : text)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_')
      return false;
  return true;
}

// One word of the shell: quoted and plain pieces up to the first blank outside of quotes. A quote
// that is not closed ends with the line.
std::string unquote(std::string_view text) {
  std::string out;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (quote == '\'' && c != '\'') {
      out += c;
    } else if (c == '\\' && next != '\0' &&
               (quote == 0 || std::string_view("\"$\\`").find(next) != std::string_view::npos)) {
      out += next;
      ++i;
    } else if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (quote == 0 && (c == ' ' || c == '\t')) {
      break;
    } else {
      out += c;
    }
  }
  return out;
}

// The number at the front of the text, which begins with a digit; absent if it does not fit.
std::optional<int32_t> number_at(std::string_view text, size_t& digits) {
  int64_t value = 0;
  for (digits = 0; digits < text.size() && is_digit(text[digits]); ++digits)
    if (value <= std::numeric_limits<int32_t>::max())
      value = value * 10 + (text[digits] - '0');
  if (value > std::numeric_limits<int32_t>::max())
    return std::nullopt;
  return static_cast<int32_t>(value);
}

std::string value_of(const std::map<std::string, std::string>& map, const char* key) {
  const auto found = map.find(key);
  return found == map.end() ? std::string() : found->second;
}

}  // namespace

std::map<std::string, std::string> parse_assignments(std::string_view text) {
  std::map<std::string, std::string> assignments;
  for (LineReader lines(text); lines.next() && assignments.size() < kMaxAssignments;) {
    const std::string_view line = base::trim(lines.line().substr(0, kMaxReleaseLine));
    const size_t equals = line.find('=');
    if (equals != std::string_view::npos && is_name(line.substr(0, equals)))
      assignments[std::string(line.substr(0, equals))] = unquote(line.substr(equals + 1));
  }
  return assignments;
}

OsRelease parse_os_release(std::string_view text) {
  const auto all = parse_assignments(text);
  return {.id = value_of(all, "ID"),
          .id_like = value_of(all, "ID_LIKE"),
          .name = value_of(all, "NAME"),
          .pretty_name = value_of(all, "PRETTY_NAME"),
          .version_id = value_of(all, "VERSION_ID"),
          .build_id = value_of(all, "BUILD_ID")};
}

LsbRelease parse_lsb_release(std::string_view text) {
  const auto all = parse_assignments(text);
  return {.id = value_of(all, "DISTRIB_ID"),
          .release = value_of(all, "DISTRIB_RELEASE"),
          .description = value_of(all, "DISTRIB_DESCRIPTION")};
}

std::optional<Version> find_version(std::string_view text) {
  std::optional<Version> without_minor;
  for (size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    size_t digits = 0;
    const auto major = number_at(text.substr(at), digits);
    at += digits;
    if (major && !without_minor)
      without_minor = Version{*major, 0};
    if (at + 1 >= text.size() || text[at] != '.' || !is_digit(text[at + 1]))
      continue;
    const auto minor = number_at(text.substr(at + 1), digits);
    at += digits + 1;
    if (major && minor)
      return Version{*major, *minor};
  }
  return without_minor;
}

std::string first_line(std::string_view text) {
  return std::string(base::trim(text.substr(0, text.find('\n')).substr(0, kMaxReleaseLine)));
}

std::string parse_hostname(std::string_view text) {
  for (LineReader lines(text); lines.next();) {
    const std::string_view line = base::trim(lines.line().substr(0, kMaxReleaseLine));
    if (!line.empty() && line[0] != '#')
      return std::string(line);
  }
  return {};
}

}  // namespace glovebox::inspect
