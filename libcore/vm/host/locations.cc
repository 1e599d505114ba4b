// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/host/locations.h"

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

// The prefix of the installation that this code is in, which may have been moved (DESTDIR, a
// tarball): its directory without the parts that CMAKE_INSTALL_LIBDIR has.
fs::path own_prefix() {
  fs::path prefix = own_directory();
  for (fs::path part = GLOVEBOX_LIBDIR; !part.empty(); part = part.parent_path())
    prefix = prefix.parent_path();
  return prefix;
}

// A build tree keeps `lib`, `libexec` and `share` side by side; an installation has them where its
// packager wanted them. An absolute `installed` is where it says.
std::vector<fs::path> candidates(const fs::path& beside, const fs::path& installed) {
  std::vector<fs::path> places = {own_directory().parent_path() / beside};
  if (const fs::path place = own_prefix() / installed; place != places[0])
    places.push_back(place);
  return places;
}

std::string first_existing(const fs::path& beside, const fs::path& installed) {
  std::string looked_for;
  for (const fs::path& candidate : candidates(beside, installed)) {
    if (access(candidate.c_str(), F_OK) == 0)
      return candidate;
    looked_for += (looked_for.empty() ? "" : " and ") + candidate.string();
  }
  throw Error(Errc::NotFound,
              base::cat(looked_for, " do not exist: Glovebox is not completely installed"));
}

}  // namespace

std::string helper_program(const std::string& name) {
  return first_existing(fs::path("libexec/glovebox") / name,
                        fs::path(GLOVEBOX_LIBEXECDIR "/glovebox") / name);
}

std::string private_library(const std::string& name) {
  return first_existing(fs::path("lib/glovebox") / name,
                        fs::path(GLOVEBOX_LIBDIR "/glovebox") / name);
}

std::vector<std::string> appliance_search_path(const std::string& chosen) {
  if (!chosen.empty())
    return base::split(chosen, ':');
  const char* path = std::getenv("LIBGUESTFS_PATH");
  if (path && *path)
    return base::split(path, ':');
  std::vector<std::string> places;
  for (const fs::path& place : candidates("share/glovebox", GLOVEBOX_DATADIR "/glovebox"))
    places.push_back(place);
  places.emplace_back("/var/lib/glovebox/appliance");
  return places;
}

}  // namespace glovebox::vm
