// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Digests of templates' keys and files: XXH128 in hexadecimal. They find damage; they are no proof
// against an attacker, from whom the cache directory's permissions protect.
#pragma once

#include <string>
#include <string_view>

namespace glovebox::vm {

std::string digest_of(std::string_view text);

// Of a sparse file: offset and bytes of each page that is not all zeros, wherever the file system
// keeps holes. `name` is for errors. Throws System, and Corrupt if it became shorter meanwhile.
std::string file_digest(int fd, const std::string& name);

}  // namespace glovebox::vm
