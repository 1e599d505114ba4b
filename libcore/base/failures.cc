// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/failures.h"

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::base {
namespace {

// An error's text has to fit a message.
std::string shortened(const std::string& path) {
  constexpr size_t kEnd = 500;
  return path.size() <= 2 * kEnd
             ? path
             : cat(path.substr(0, kEnd), "...", path.substr(path.size() - kEnd));
}

}  // namespace

void Failures::add(const std::string& path, int errnum) {
  if (count_++ != 0)
    return;
  first_ = escape(shortened(path));
  errnum_ = errnum;
}

void Failures::throw_if_any() const {
  if (count_ == 0)
    return;
  const std::string others = count_ == 1 ? "" : cat(" (and ", count_ - 1, " more)");
  throw Error(Errc::System, cat(first_, ": ", errno_text(errnum_), others), errnum_);
}

}  // namespace glovebox::base
