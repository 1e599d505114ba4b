// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/appliance.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "vm/locations.h"

namespace glovebox::vm {
namespace {

constexpr size_t kMaxDescription = 1 << 20;

// Size and modification time stand for the content: the build replaces whole files by rename.
std::string stamp(const std::string& path) {
  struct stat st {};
  if (stat(path.c_str(), &st) != 0 || access(path.c_str(), R_OK) != 0)
    base::throw_errno(path);
  return base::cat(st.st_size, "-", st.st_mtim.tv_sec, ".", st.st_mtim.tv_nsec);
}

Appliance load(const std::string& found) {
  const std::string directory = std::filesystem::absolute(found);
  Appliance a{.directory = directory,
              .kernel = directory + "/kernel",
              .initrd = directory + "/initrd",
              .root = directory + "/root",
              .kernel_version = {},
              .digest = {},
              .description = base::read_file(directory + "/appliance.json", kMaxDescription)};
  const auto json = nlohmann::json::parse(a.description, nullptr, false);
  if (!json.is_object())
    throw Error(Errc::Corrupt,
                directory + "/appliance.json: not a JSON object; run 'virt-appliance build' again");
  if (json.contains("kernel") && json["kernel"].is_string())
    a.kernel_version = json["kernel"];
  a.digest = base::cat(stamp(a.kernel), "/", stamp(a.initrd), "/", stamp(a.root));
  return a;
}

}  // namespace

Appliance find_appliance(const std::string& chosen) {
  std::string searched;
  for (const std::string& directory : appliance_search_path(chosen)) {
    if (access((directory + "/appliance.json").c_str(), F_OK) == 0)
      return load(directory);
    searched += (searched.empty() ? "" : ":") + directory;
  }
  throw Error(Errc::NotFound, base::cat("no appliance found (searched ", searched,
                                        "); run 'virt-appliance build' to make one"));
}

}  // namespace glovebox::vm
