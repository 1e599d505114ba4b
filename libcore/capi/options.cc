// SPDX-License-Identifier: LGPL-2.1-or-later
#include "capi/options.h"

#include <algorithm>
#include <new>

#include "base/cat.h"
#include "capi/handle.h"

namespace glovebox::capi {
namespace {

using base::cat;

// The message about what is wrong, or none.
std::string parse(const char* name,
                  std::span<const OptArg> known,
                  void* optargs,
                  uint64_t& bitmask,
                  va_list args) {
  for (int number = va_arg(args, int); number >= 0; number = va_arg(args, int)) {
    const auto option = std::find_if(known.begin(), known.end(),
                                     [&](const OptArg& arg) { return arg.number == number; });
    if (option == known.end())
      return cat(name, ": unknown option ", number,
                 " (this can happen if a program is compiled against a newer version of "
                 "libguestfs, then dynamically linked to an older version)");
    const uint64_t bit = uint64_t{1} << number;
    if (bitmask & bit)
      return cat(name, ": same optional argument specified more than once");
    bitmask |= bit;
    void* member = static_cast<char*>(optargs) + option->offset;
    if (option->kind == OptArg::Kind::Int)
      *static_cast<int*>(member) = va_arg(args, int);
    else if (option->kind == OptArg::Kind::Int64)
      *static_cast<int64_t*>(member) = va_arg(args, int64_t);
    else
      *static_cast<void**>(member) = va_arg(args, void*);
  }
  return {};
}

}  // namespace

bool parse_options(guestfs_h* g,
                   const char* name,
                   std::span<const OptArg> known,
                   void* optargs,
                   uint64_t& bitmask,
                   va_list args) noexcept {
  try {
    const std::string wrong = parse(name, known, optargs, bitmask, args);
    if (wrong.empty())
      return true;
    set_error(g, wrong, 0);
  } catch (const std::exception&) {
    g->out_of_memory();
  }
  return false;
}

}  // namespace glovebox::capi
