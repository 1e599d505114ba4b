// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a backing file's name, as written in a header by a stranger, means as a path. Pure.
#pragma once

#include <string>
#include <string_view>

namespace glovebox::disk {

// A relative name starts at the directory of `image_path`; "file:" before a name is dropped. Throws
// Denied for names that are not files (json:, nbd: and other protocols): those need a helper of
// their own, and the user's word.
std::string resolve_backing_name(std::string_view image_path, std::string_view backing_name);

// True if `path` lies in `directory` or below; both are absolute and free of links, "." and "..".
// Of the root directory only its own files count.
bool lies_below(std::string_view path, std::string_view directory);

// Where an image is, as the kernel knows it.
struct Place {
  std::string real_path;  // without links; empty if it has no name
  bool is_block_device = false;
};

// Whether the header of an image that is only guessed to be one may lead to `base`: a file in or
// below the image's own directory. A device has none: /dev/shm is below /dev.
bool within_reach(const Place& image, const Place& base);

// "/a/b.img" -> "/a", "/b" -> "/", "b" -> ".".
std::string directory_of(std::string_view path);

}  // namespace glovebox::disk
