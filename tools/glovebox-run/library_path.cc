// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/glovebox-run/library_path.h"

#include <filesystem>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::tools {

std::string library_directory(const std::string& program_directory) {
  const std::filesystem::path top = std::filesystem::path(program_directory).parent_path();
  std::string looked_for;
  for (const char* place : {"lib/guestfs", GLOVEBOX_LIBDIR "/glovebox/guestfs"}) {
    const std::filesystem::path library = top / place / "libguestfs.so.0";
    if (std::filesystem::exists(library))
      return library.parent_path();
    looked_for += (looked_for.empty() ? "" : ", ") + library.string();
  }
  throw Error(Errc::NotFound, base::cat("no libguestfs.so.0 of Glovebox (looked for ", looked_for,
                                        "); is it completely installed?"));
}

std::string library_path(const std::string& directory, const char* before) {
  return before && *before ? base::cat(directory, ":", before) : directory;
}

}  // namespace glovebox::tools
