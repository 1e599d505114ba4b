// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/error.h"

#include <sys/resource.h>

#include <cerrno>
#include <optional>
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

namespace {

std::optional<rlim_t> limit_on(__rlimit_resource_t resource) {
  rlimit limit;
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return std::nullopt;
  return limit.rlim_cur;
}

}  // namespace

std::string limit_advice(int errnum) {
  if (errnum == EMFILE)
    if (const auto files = limit_on(RLIMIT_NOFILE))
      return cat(" (this process may have ", *files, "; raise that with 'ulimit -n')");
  if (errnum == EFBIG)
    if (const auto bytes = limit_on(RLIMIT_FSIZE))
      return cat(" (this process may write files of ", *bytes >> 10,
                 " KiB; raise that with 'ulimit -f')");
  if (errnum == ENOMEM)
    for (const auto& [resource, letter] : {std::pair{RLIMIT_AS, 'v'}, {RLIMIT_DATA, 'd'}})
      if (const auto bytes = limit_on(resource))
        return cat(" (this process may have ", *bytes >> 20, " MiB; raise that with 'ulimit -",
                   letter, "')");
  return {};
}

std::string start_advice() {
  constexpr const char* kGroup = "what the control group may have";
  if (const auto processes = limit_on(RLIMIT_NPROC))
    return cat(" (this user may have ", *processes,
               " processes and threads; raise that with 'ulimit -u', or ", kGroup, ")");
  return cat(" (raise ", kGroup, ")");
}

void throw_start_errno(const std::string& what, int errnum) {
  if (errnum != EAGAIN)
    throw_errno(what, errnum);
  throw Error(Errc::System, cat(what, ": ", errno_text(errnum), start_advice()), errnum);
}

void throw_errno(const std::string& what, int errnum) {
  throw Error(Errc::System, what + ": " + errno_text(errnum) + limit_advice(errnum), errnum);
}

void throw_errno(const std::string& what) {
  throw_errno(what, errno);
}

}  // namespace base
}  // namespace glovebox
