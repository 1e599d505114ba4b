// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A package counts as installed if its files may be on the disk: every state of dpkg but
// not-installed and config-files. (libguestfs looks for the substring "installed", so it lists
// packages that are not-installed, and leaves out those that are unpacked and not configured, whose
// vulnerable files are there all the same.)
#include "inspect/parsers/packages/dpkg_status.h"

#include <algorithm>
#include <iterator>

#include "base/cat.h"
#include "inspect/parsers/lines.h"

namespace glovebox::inspect {
namespace {

using base::trim;

struct Stanza {
  size_t first_line = 0;
  std::string_view name = {}, status = {}, version = {}, arch = {}, source = {}, homepage = {},
                   summary = {};
  std::string description = {};
  bool has_status = false;
  bool is_open = false;

  std::string_view* field(std::string_view key) {
    if (key == "Package")
      return &name;
    if (key == "Status")
      return &status;
    if (key == "Version")
      return &version;
    if (key == "Architecture")
      return &arch;
    if (key == "Source")
      return &source;
    if (key == "Homepage")
      return &homepage;
    if (key == "Description")
      return &summary;
    return nullptr;
  }
};

// "install ok installed": want, error flag, state. Where a word is missing, the state counts if it
// is there.
bool has_files(std::string_view status) {
  constexpr std::string_view kStates[] = {"half-configured",  "half-installed",   "installed",
                                          "triggers-awaited", "triggers-pending", "unpacked"};
  const auto words = words_of(status, 4);
  if (words.size() == 3)
    return words[2] != "not-installed" && words[2] != "config-files";
  return std::ranges::any_of(words, [&](std::string_view word) {
    return std::ranges::find(kStates, word) != std::end(kStates);
  });
}

bool is_field_name(std::string_view text) {
  if (text.empty() || text[0] == '-' || text[0] == '#')
    return false;
  for (const char c : text)
    if (c <= ' ' || c >= 0x7f)
      return false;
  return true;
}

class Parser {
 public:
  explicit Parser(WithoutStatus without) : without_(without) {}

  DpkgStatus parse(std::string_view text) {
    for (LineReader lines(text); lines.next() && !result_.truncated;)
      take_line(lines.line(), lines.number());
    close_stanza();
    return std::move(result_);
  }

 private:
  void take_line(std::string_view line, size_t number) {
    if (trim(line).empty()) {
      close_stanza();
      return;
    }
    if (!stanza_.is_open) {
      stanza_ = Stanza{.first_line = number, .is_open = true};
      in_description_ = false;
    }
    if (line[0] == ' ' || line[0] == '\t') {
      if (in_description_)
        continue_description(line.substr(1));
      return;
    }
    take_field(line, number);
  }

  void take_field(std::string_view line, size_t number) {
    const size_t colon = line.find(':');
    const std::string_view key = line.substr(0, colon);
    in_description_ = false;
    if (colon == std::string_view::npos || !is_field_name(key)) {
      ++result_.bad_lines;
      note_bad(number);
      return;
    }
    if (std::string_view* const field = stanza_.field(key))
      *field = trim(line.substr(colon + 1));
    stanza_.has_status = stanza_.has_status || key == "Status";
    in_description_ = key == "Description";
  }

  void continue_description(std::string_view line) {
    if (!stanza_.description.empty())
      stanza_.description += '\n';
    stanza_.description += line;
  }

  void close_stanza() {
    if (!stanza_.is_open)
      return;
    stanza_.is_open = false;
    ++result_.stanzas;
    const bool installed =
        stanza_.has_status ? has_files(stanza_.status) : without_ == WithoutStatus::Installed;
    if (stanza_.name.empty() || (installed && stanza_.version.empty())) {
      ++result_.bad_stanzas;
      note_bad(stanza_.first_line);
      return;
    }
    if (!installed)
      return;
    if (result_.packages.size() == kMaxDpkgPackages) {
      result_.truncated = true;
      return;
    }
    const auto source = words_of(stanza_.source, 1);
    result_.packages.push_back({.name = std::string(stanza_.name),
                                .version = split_deb_version(stanza_.version),
                                .arch = std::string(stanza_.arch),
                                .source = source.empty() ? "" : std::string(source[0]),
                                .homepage = std::string(stanza_.homepage),
                                .summary = std::string(stanza_.summary),
                                .description = std::move(stanza_.description)});
  }

  void note_bad(size_t line) {
    if (result_.first_bad_line == 0)
      result_.first_bad_line = line;
  }

  WithoutStatus without_;
  DpkgStatus result_;
  Stanza stanza_;
  bool in_description_ = false;
};

}  // namespace

DpkgStatus parse_dpkg_status(std::string_view text, WithoutStatus without) {
  return Parser(without).parse(text);
}

}  // namespace glovebox::inspect
