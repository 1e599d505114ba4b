// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/mdadm.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "base/cat.h"

namespace glovebox::guestd {
namespace {

constexpr std::string_view kPrefix = "MD_";

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(tolower(c)); });
  return result;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_md_export(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const std::string& line : base::split(text, '\n'))
    if (const size_t equals = line.find('=');
        line.starts_with(kPrefix) && equals != std::string::npos)
      result.push_back(
          {lower(std::string_view(line).substr(kPrefix.size(), equals - kPrefix.size())),
           line.substr(equals + 1)});
  return result;
}

// "md127 : active raid1 sdb[1] sda[0](F)"
std::vector<Mdstat> parse_mdstat(std::string_view text, std::string_view array) {
  std::vector<Mdstat> members;
  for (const std::string& line : base::split(text, '\n')) {
    if (!line.starts_with(base::cat(array, " : ")))
      continue;
    std::istringstream in(line);
    for (std::string word; in >> word;) {
      const size_t open = word.find('['), close = word.find(']');
      Mdstat member;
      if (open == std::string::npos || close == std::string::npos || close < open ||
          std::from_chars(word.data() + open + 1, word.data() + close, member.mdstat_index).ec !=
              std::errc())
        continue;
      member.mdstat_device = word.substr(0, open);
      for (const char c : word.substr(close + 1))
        if (c != '(' && c != ')')
          member.mdstat_flags += c;
      members.push_back(member);
    }
  }
  return members;
}

}  // namespace glovebox::guestd
