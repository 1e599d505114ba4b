// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/locations.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::vm {
namespace {

namespace fs = std::filesystem;

// The directory of the file that this code was loaded from: PREFIX/lib of the library, or
// PREFIX/tests of a test.
fs::path own_directory() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&own_directory), &info) == 0 || !info.dli_fname)
    return {};
  std::error_code ignored;
  return fs::weakly_canonical(info.dli_fname, ignored).parent_path();
}

// A build tree keeps `lib`, `libexec` and `share` side by side; an installed one may not
// (multiarch).
std::string first_existing(const fs::path& beside, const fs::path& installed) {
  const fs::path near = own_directory().parent_path() / beside;
  for (const fs::path& candidate : {near, installed})
    if (access(candidate.c_str(), F_OK) == 0)
      return candidate;
  throw Error(Errc::NotFound, base::cat(near.string(), " and ", installed.string(),
                                        " do not exist: Glovebox is not completely installed"));
}

}  // namespace

std::string helper_program(const std::string& name) {
  return first_existing(fs::path("libexec/glovebox") / name,
                        fs::path(GLOVEBOX_INSTALL_LIBEXECDIR "/glovebox") / name);
}

std::string private_library(const std::string& name) {
  return first_existing(fs::path("lib/glovebox") / name,
                        fs::path(GLOVEBOX_INSTALL_LIBDIR "/glovebox") / name);
}

std::vector<std::string> appliance_search_path(const std::string& chosen) {
  if (!chosen.empty())
    return base::split(chosen, ':');
  const char* path = std::getenv("LIBGUESTFS_PATH");
  if (path && *path)
    return base::split(path, ':');
  return {own_directory().parent_path() / "share/glovebox", GLOVEBOX_INSTALL_DATADIR "/glovebox",
          "/var/lib/glovebox/appliance"};
}

}  // namespace glovebox::vm
