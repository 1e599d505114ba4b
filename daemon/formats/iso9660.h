// SPDX-License-Identifier: GPL-2.0-or-later
//
// The primary volume descriptor of an ISO 9660 image (ECMA-119, 8.4): names, sizes, times. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "glovebox/structs.h"

namespace glovebox::guestd {

inline constexpr uint64_t kIsoDescriptorOffset = 16 * 2048;
inline constexpr size_t kIsoDescriptorBytes = 2048;

// Of the bytes at that offset. Texts lose the blanks that fill them up; times that are not given
// are -1. Throws Corrupt unless it is a primary volume descriptor.
Isoinfo parse_iso_descriptor(std::string_view bytes);

}  // namespace glovebox::guestd
