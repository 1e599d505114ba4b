// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/error.h"

#include <sys/resource.h>

#include <cerrno>
#include <system_error>

#include "base/cat.h"

namespace glovebox {

Error::Error(Errc code, std::string message, int errnum)
    : code_(code), message_(std::move(message)), errnum_(errnum) {}

Error& Error::in(const std::string& context) {
  message_.insert(0, context + ": ");
  return *this;
}

namespace base {

std::string errno_text(int errnum) {
  return std::generic_category().message(errnum);
}

void throw_errno(const std::string& what, int errnum) {
  std::string advice;
  if (rlimit files; errnum == EMFILE && getrlimit(RLIMIT_NOFILE, &files) == 0)
    advice = cat(" (this process may have ", files.rlim_cur, "; raise that with 'ulimit -n')");
  throw Error(Errc::System, what + ": " + errno_text(errnum) + advice, errnum);
}

void throw_errno(const std::string& what) {
  throw_errno(what, errno);
}

}  // namespace base
}  // namespace glovebox
