// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The size of a PNG picture, by its first chunk: PNG specification, section 11.2.2. Nothing is
// decoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace glovebox::inspect {

inline constexpr size_t kPngHeaderBytes = 24;

struct PngSize {
  uint32_t width;
  uint32_t height;
};

// Absent if the bytes do not begin a PNG.
std::optional<PngSize> png_size(std::string_view head);

}  // namespace glovebox::inspect
