// SPDX-License-Identifier: LGPL-2.1-or-later
#include "inspect/parsers/binary/png.h"

#include "base/byte_reader.h"

namespace glovebox::inspect {

std::optional<PngSize> png_size(std::string_view head) {
  using std::literals::operator""sv;
  constexpr std::string_view kBeginning = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"sv;
  if (head.size() < kPngHeaderBytes || !head.starts_with(kBeginning))
    return std::nullopt;
  base::ByteReader reader(head.substr(kBeginning.size()));
  const uint32_t width = reader.read<base::be32>();
  const uint32_t height = reader.read<base::be32>();
  return PngSize{width, height};
}

}  // namespace glovebox::inspect
