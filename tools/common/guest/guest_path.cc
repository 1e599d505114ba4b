// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest/guest_path.h"

#include <cctype>

#include "base/cat.h"
#include "glovebox/error.h"

namespace glovebox::tools {
namespace {

bool has_drive_letter(const std::string& path) {
  return path.size() >= 2 && path[1] == ':' && std::isalpha(static_cast<unsigned char>(path[0]));
}

}  // namespace

void require_guest_path(const std::string& path) {
  if (path.starts_with("/"))
    return;
  if (path.empty())
    throw Error(Errc::Usage, "the path is empty; it must start with a / character");
  if (has_drive_letter(path))
    throw Error(Errc::Usage,
                base::cat(path,
                          ": paths with a drive letter are not supported yet; mount the drive "
                          "with -m and write the path with slashes: /Windows/..."));
  throw Error(Errc::Usage, base::cat(path, ": path must start with a / character"));
}

}  // namespace glovebox::tools
