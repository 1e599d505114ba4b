// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/shortage.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::vm {
namespace {

constexpr std::string_view kComplaints[] = {
    "Cannot allocate memory",              // ENOMEM: the machine's memory, among others
    "failed to map segment",               // ld.so
    "cannot allocate memory",              // ld.so, for thread-local storage
    "failed to allocate",                  // GLib, after which it aborts
    "allocate dynamic translator buffer",  // TCG
    "qemu_thread_create: Resource temporarily unavailable",  // no room for a thread's stack
};

bool was_killed(const base::ExitStatus& status) {
  return WIFSIGNALED(status.status) && WTERMSIG(status.status) == SIGKILL;
}

// Nobody else kills it: the supervisor does so only when the tool has ended. Not all of its
// libraries survive an allocation that fails.
bool ended_by_shortage(const base::ExitStatus& status) {
  return was_killed(status) || (WIFSIGNALED(status.status) && !base::limit_advice(ENOMEM).empty());
}

}  // namespace

bool is_own_shortage(int errnum) {
  return errnum == ENOMEM || errnum == EMFILE || errnum == ENFILE;
}

bool is_shortage(const base::ExitStatus& status, std::string_view last_words) {
  const auto said = [&](std::string_view text) {
    return last_words.find(text) != std::string_view::npos;
  };
  // A qemu that ends well was ended by its guest, whose words these then are.
  return !status.ok() && (ended_by_shortage(status) ||
                          std::any_of(std::begin(kComplaints), std::end(kComplaints), said));
}

std::string shortage_text(int appliance_mib) {
  return base::cat("there is not enough memory for an appliance of ", appliance_mib, " MiB",
                   base::limit_advice(ENOMEM),
                   "; free some, or set LIBGUESTFS_MEMSIZE to fewer MiB");
}

std::optional<std::string> kill_text(const base::ExitStatus& status) {
  if (!was_killed(status))
    return std::nullopt;
  return base::cat(status.text(),
                   ", perhaps because the host or its control group ran out of memory; free some, "
                   "allow the group more, or set LIBGUESTFS_MEMSIZE to fewer MiB");
}

}  // namespace glovebox::vm
