// SPDX-License-Identifier: LGPL-2.1-or-later
#include "disk/formats/backing_name.h"

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::disk {

std::string directory_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos)
    return ".";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

bool lies_below(std::string_view path, std::string_view directory) {
  if (directory == "/")  // not the whole host
    return path.size() > 1 && path.find('/', 1) == std::string_view::npos;
  return path.starts_with(directory) && path.size() > directory.size() &&
         path[directory.size()] == '/';
}

bool within_reach(const Place& image, const Place& base) {
  return !image.is_block_device && !base.is_block_device &&
         lies_below(base.real_path, directory_of(image.real_path));
}

std::string resolve_backing_name(std::string_view image_path, std::string_view backing_name) {
  std::string_view name = backing_name;
  if (name.starts_with("file:"))
    name.remove_prefix(5);
  // qemu's rule: a colon before the first slash makes it a protocol.
  const size_t mark = name.find_first_of(":/");
  if (mark != std::string_view::npos && name[mark] == ':')
    throw Error(
        Errc::Denied,
        base::cat("backing file '", base::escape(backing_name), "' is not a plain file name; '",
                  base::escape(name.substr(0, mark)), ":' is not opened from a header"));
  if (name.empty())
    throw Error(Errc::Corrupt, "the backing file's name is empty");
  if (name[0] == '/')
    return std::string(name);
  const std::string directory = directory_of(image_path);
  return directory == "/" ? "/" + std::string(name) : directory + "/" + std::string(name);
}

}  // namespace glovebox::disk
