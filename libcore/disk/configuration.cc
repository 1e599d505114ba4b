// SPDX-License-Identifier: LGPL-2.1-or-later
#include "disk/configuration.h"

#include <sys/stat.h>

#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "base/cat.h"
#include "base/environment.h"
#include "base/error.h"
#include "base/files.h"
#include "disk/formats/backing_name.h"

namespace glovebox::disk {
namespace {

// A home that this user may not look into is none: HOME=/root of a service that is not root.
std::optional<struct stat> look_at(const std::string& path) {
  struct stat st;
  if (stat(path.c_str(), &st) == 0)
    return st;
  if (errno == ENOENT || errno == ENOTDIR || errno == EACCES)
    return std::nullopt;
  base::throw_errno(base::escape(path));
}

bool belongs_to_other(uid_t user, const std::string& path) {
  const auto st = look_at(path);
  return st && st->st_uid != user && st->st_uid != 0;
}

std::vector<FormatRule> rules_of(const std::string& path) {
  if (!look_at(path))
    return {};
  const std::string name = base::escape(path);
  const base::UniqueFd fd = base::open_regular_file(path);
  struct stat st;
  if (fstat(fd.get(), &st) != 0)
    base::throw_errno(name);
  if (st.st_mode & S_IWOTH)
    throw Error(Errc::Usage, name +
                                 ": every user can write this file; take that right away with "
                                 "chmod o-w");
  return parse_format_rules(base::read_all(fd.get(), kMaxConfigurationBytes, name), path);
}

// Why the user's file does not count; empty if it does, or is not there. Its directory has to be
// the user's, too: who owns that could put a link to any file there.
std::string fault_of_users(const ConfigurationFiles& files) {
  if (files.user.empty() || !look_at(files.user))
    return "";
  for (const std::string& path : {files.user, directory_of(files.user)})
    if (belongs_to_other(files.user_id, path))
      return base::cat(base::escape(files.user),
                       " is ignored: ", path == files.user ? "it" : "its directory",
                       " belongs to another user");
  return "";
}

}  // namespace

ConfigurationFiles configuration_files() {
  ConfigurationFiles files;
  const std::string xdg(base::environment("XDG_CONFIG_HOME"));
  const std::string home(base::environment("HOME"));
  if (xdg.starts_with('/'))
    files.user = xdg + "/glovebox.conf";
  else if (home.starts_with('/'))
    files.user = home + "/.config/glovebox.conf";
  return files;
}

FormatRules read_format_rules(const ConfigurationFiles& files) {
  std::vector<FormatRule> rules = rules_of(files.system);
  std::string fault = fault_of_users(files);
  if (fault.empty() && !files.user.empty())
    for (FormatRule& rule : rules_of(files.user)) rules.push_back(std::move(rule));
  FormatRules result(std::move(rules));
  result.set_ignored(std::move(fault));
  return result;
}

}  // namespace glovebox::disk
