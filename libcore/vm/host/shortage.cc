// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/host/shortage.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::vm {
namespace {

constexpr std::string_view kMemoryComplaints[] = {
    "Cannot allocate memory",              // ENOMEM: the machine's memory, among others
    "failed to map segment",               // ld.so
    "cannot allocate memory",              // ld.so, for thread-local storage
    "failed to allocate",                  // GLib, after which it aborts
    "allocate dynamic translator buffer",  // TCG
};

// pthread_create(3) has one error for too many threads and for too little memory for a stack.
constexpr std::string_view kThreadComplaints[] = {
    "qemu_thread_create: Resource temporarily unavailable",
    "Error creating thread: Resource temporarily unavailable",  // GLib, after which it aborts
};

bool was_killed(const base::ExitStatus& status) {
  return WIFSIGNALED(status.status) && WTERMSIG(status.status) == SIGKILL;
}

// Nobody else kills it: the supervisor does so only when the tool has ended. Not all of its
// libraries survive an allocation that fails.
bool ended_by_shortage(const base::ExitStatus& status) {
  return was_killed(status) || (WIFSIGNALED(status.status) && !base::limit_advice(ENOMEM).empty());
}

template <size_t N>
bool says_any(std::string_view words, const std::string_view (&complaints)[N]) {
  return std::any_of(std::begin(complaints), std::end(complaints), [&](std::string_view text) {
    return words.find(text) != std::string_view::npos;
  });
}

}  // namespace

bool is_own_shortage(int errnum) {
  return errnum == ENOMEM || errnum == EMFILE || errnum == ENFILE || errnum == EAGAIN;
}

std::optional<Shortage> shortage_behind(const base::ExitStatus& status,
                                        std::string_view last_words,
                                        int appliance_mib) {
  if (status.ok())  // it was ended by its guest, whose words these then are
    return std::nullopt;
  const std::string limit = base::limit_advice(ENOMEM);
  if (limit.empty() && says_any(last_words, kThreadComplaints))
    return Shortage{
        EAGAIN, "an appliance needs more threads than this user may start" + base::start_advice()};
  if (ended_by_shortage(status) || says_any(last_words, kMemoryComplaints) ||
      says_any(last_words, kThreadComplaints))
    return Shortage{
        ENOMEM, base::cat("there is not enough memory for an appliance of ", appliance_mib, " MiB",
                          limit, "; free some, or set LIBGUESTFS_MEMSIZE to a lower value")};
  return std::nullopt;
}

std::optional<std::string> kill_text(const base::ExitStatus& status) {
  if (!was_killed(status))
    return std::nullopt;
  return base::cat(status.text(),
                   ", perhaps because the host or its control group ran out of memory; free some, "
                   "allow the group more, or set LIBGUESTFS_MEMSIZE to a lower value");
}

}  // namespace glovebox::vm
