// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/compression.h"

namespace glovebox::guestd {

std::vector<std::string> unpacker_of(std::string_view start) {
  using namespace std::string_view_literals;
  struct Format {
    std::string_view magic;
    std::vector<std::string> unpack;
  };
  static const Format formats[] = {{"\x1f\x8b"sv, {"gzip", "-cdq"}},
                                   {"\xfd"
                                    "7zXZ"sv,
                                    {"xz", "-cdq"}},
                                   {"\x5d\0\0"sv, {"xz", "--format=lzma", "-cdq"}},
                                   {"\x89LZO"sv, {"lzop", "-cdq"}},
                                   {"\x28\xb5\x2f\xfd"sv, {"zstd", "-cdq"}},
                                   {"BZh"sv, {"bzip2", "-cdq"}}};
  for (const Format& format : formats)
    if (start.starts_with(format.magic))
      return format.unpack;
  return {};
}

}  // namespace glovebox::guestd
