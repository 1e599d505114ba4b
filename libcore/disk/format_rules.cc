// SPDX-License-Identifier: LGPL-2.1-or-later
#include "disk/format_rules.h"

#include <sys/stat.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "base/cat.h"
#include "base/error.h"
#include "disk/formats/backing_name.h"

namespace glovebox::disk {
namespace {

using base::cat;
using base::escape;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string_view without_comment(std::string_view line) {
  for (size_t at = 0; at < line.size(); ++at)
    if (line[at] == '#' && (at == 0 || is_space(line[at - 1])))
      return line.substr(0, at);
  return line;
}

// The last '=' divides: a directory may have one in its name, a format has none.
FormatRule parse_rule(std::string_view line) {
  const size_t equals = line.rfind('=');
  if (equals == std::string_view::npos)
    throw Error(Errc::Usage, cat("'", escape(line), "' is not of the form DIRECTORY = FORMAT"));
  const std::string_view directory = base::trim(line.substr(0, equals));
  if (!directory.starts_with('/'))
    throw Error(Errc::Usage, cat("directory '", escape(directory), "' is not an absolute path"));
  const std::string_view name = base::trim(line.substr(equals + 1));
  const Format format = parse_format(name);
  if (format != Format::Raw && format != Format::Qcow2)
    throw Error(Errc::Usage, cat("the format must be raw or qcow2, not ", name));
  return {.directory = std::string(directory), .format = format, .origin = {}};
}

std::optional<std::string> without_links(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? std::optional<std::string>(real.get()) : std::nullopt;
}

}  // namespace

std::vector<FormatRule> parse_format_rules(std::string_view text, const std::string& file) {
  std::vector<FormatRule> rules;
  size_t number = 0;
  for (const std::string& line : base::split(text, '\n')) {
    const std::string origin = cat(file, ":", ++number);
    const std::string_view content = base::trim(without_comment(line));
    if (content.empty())
      continue;
    base::with_context(escape(origin), [&] {
      if (rules.size() == kMaxFormatRules)
        throw Error(Errc::Usage, cat("more than ", kMaxFormatRules, " rules"));
      rules.push_back(parse_rule(content));
    });
    rules.back().origin = origin;
  }
  return rules;
}

FormatRules::FormatRules(std::vector<FormatRule> rules) {
  for (FormatRule& rule : rules) {
    std::optional<std::string> real = without_links(rule.directory);
    if (!real)
      continue;
    struct stat st;
    if (stat(real->c_str(), &st) == 0 && !S_ISDIR(st.st_mode))
      throw Error(Errc::Usage,
                  cat(escape(rule.origin), ": '", escape(rule.directory), "' is not a directory"));
    rule.directory = *std::move(real);
    rules_.push_back(std::move(rule));
  }
}

const FormatRule* FormatRules::find(std::string_view real_path) const {
  const FormatRule* best = nullptr;
  for (const FormatRule& rule : rules_) {
    // lies_below() means less by "/"; whoever writes "/ = raw" means the whole host.
    const bool covers =
        rule.directory == "/" ? real_path.starts_with('/') : lies_below(real_path, rule.directory);
    if (covers && (!best || rule.directory.size() >= best->directory.size()))
      best = &rule;
  }
  return best;
}

}  // namespace glovebox::disk
