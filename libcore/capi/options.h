// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Optional arguments as C passes them: pairs of a number and a value, ended by -1.
#pragma once

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <span>

#include "capi/guestfs.h"

namespace glovebox::capi {

struct OptArg {
  enum class Kind { Int, Int64, Pointer };
  int number;
  Kind kind;
  size_t offset;  // of the member in the struct of the _argv form
};

// Fills the struct and its bitmask. False, with the handle's error set, on an unknown number or one
// that comes twice.
bool parse_options(guestfs_h* g,
                   const char* name,
                   std::span<const OptArg> known,
                   void* optargs,
                   uint64_t& bitmask,
                   va_list args) noexcept;

}  // namespace glovebox::capi
