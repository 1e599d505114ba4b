// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/template/appliance.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "vm/host/checked_json.h"
#include "vm/host/locations.h"

namespace glovebox::vm {
namespace {

// Size and modification time stand for the content: the build replaces whole files by rename.
// In whole seconds: the layers of container images keep no more of a file's time.
std::string stamp(const std::string& path) {
  struct stat st {};
  if (fstat(base::open_regular_file(path).get(), &st) != 0)
    base::throw_errno(path);
  return base::cat(st.st_size, "-", st.st_mtim.tv_sec);
}

ApplianceDescription read_description(const std::string& path) {
  const base::UniqueFd file = base::open_regular_file(path);
  const std::string text = base::read_all(file.get(), CheckedJson::kMaxBytes, path);
  try {
    return parse_appliance_description(text);
  } catch (const Error& e) {
    throw Error(Errc::Corrupt,
                base::cat(path, ": ", e.what(), "; run 'virt-appliance build' again"));
  }
}

Appliance load(const std::string& found) {
  const std::string directory = std::filesystem::absolute(found);
  Appliance a{.directory = directory,
              .kernel = directory + "/kernel",
              .initrd = directory + "/initrd",
              .root = directory + "/root",
              .digest = {},
              .description = read_description(directory + "/appliance.json")};
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
