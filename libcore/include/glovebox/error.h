// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The one exception type of Glovebox. Library code throws it and never prints; each layer on the way out may add what it
// was working on (`in`), so that what() reads from the outside in: "disk.img: /dev/sda2: mount: wrong fs type". It is
// caught at the edges only: main, the C API, guestd's dispatch, the plugin guard, and per guest or probe in a fan-out.
// A value type: copy and throw it from any thread.
#pragma once

#include <exception>
#include <string>

#define GLOVEBOX_API __attribute__((visibility("default")))

namespace glovebox {

// The kind of failure, for callers that handle kinds differently. The text is for people.
enum class Errc {
  Usage,        // the caller's arguments or the handle's state do not allow this
  NotFound,     // a named object does not exist
  Denied,       // a permission or a safety rule refused it
  Unsupported,  // well-formed, but not supported
  Corrupt,      // untrusted data that violates its format
  Timeout,      // a deadline passed
  Cancelled,    // the user cancelled it
  Remote,       // the other end answered with an error: the appliance (errnum() is its errno) or qemu
  Failed,       // a program that was run for this failed; only the message says how
  Died,         // the appliance or a helper process ended unexpectedly
  System,       // a system call on the host failed; errnum() is its errno
};

class GLOVEBOX_API Error : public std::exception {
 public:
  // errnum: a host errno value, 0 when there is none.
  Error(Errc code, std::string message, int errnum = 0);

  // Puts "context: " before the message; returns itself so that `throw e.in("x")` reads well.
  Error& in(const std::string& context);

  Errc code() const noexcept { return code_; }
  int errnum() const noexcept { return errnum_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  Errc code_;
  std::string message_;
  int errnum_;
};

}  // namespace glovebox
