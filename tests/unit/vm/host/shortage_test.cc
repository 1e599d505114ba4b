// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/host/shortage.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <cerrno>

namespace glovebox::vm {
namespace {

constexpr base::ExitStatus kWell{0}, kFailed{1 << 8}, kKilled{SIGKILL}, kAborted{SIGTRAP};

// Sets a limit of this process for as long as it lives.
class Limit {
 public:
  Limit(__rlimit_resource_t resource, rlim_t value) : resource_(resource) {
    getrlimit(resource, &before_);
    const rlimit limited = {value, before_.rlim_max};
    EXPECT_EQ(setrlimit(resource, &limited), 0);
  }
  ~Limit() { setrlimit(resource_, &before_); }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;

 private:
  const __rlimit_resource_t resource_;
  rlimit before_ = {};
};

const Shortage kMemory = {
    ENOMEM,
    "there is not enough memory for an appliance of 1280 MiB; free some, or set "
    "LIBGUESTFS_MEMSIZE to a lower value"};
const Shortage kLimitedMemory = {
    ENOMEM,
    "there is not enough memory for an appliance of 1280 MiB (this process may have 1048576 MiB; "
    "raise that with 'ulimit -d'); free some, or set LIBGUESTFS_MEMSIZE to a lower value"};

std::optional<Shortage> behind(const base::ExitStatus& status, std::string_view words) {
  return shortage_behind(status, words, 1280);
}

TEST(Shortage, IsWhatProgramsSayOfIt) {
  for (const char* words :
       {"qemu-system-x86_64: cannot set up guest memory 'ram': Cannot allocate memory",
        "error while loading shared libraries: libx.so.1: failed to map segment from shared object",
        "error while loading shared libraries: libx.so.1: cannot allocate memory in static TLS "
        "block",
        "GLib-ERROR **: ../../../glib/gmem.c:136: failed to allocate 4096 bytes"}) {
    EXPECT_EQ(behind(kFailed, words), kMemory) << words;
    EXPECT_EQ(behind(kAborted, words), kMemory) << words;
    EXPECT_EQ(behind(kWell, words), std::nullopt) << words;  // the guest's words
  }
}

TEST(Shortage, OfThreadsIsNotOneOfMemoryUnlessThatIsLimited) {
  const Limit threads(RLIMIT_NPROC, 8);
  for (const char* words :
       {"qemu: qemu_thread_create: Resource temporarily unavailable",
        "GLib-ERROR **: creating thread 'pool': Error creating thread: Resource temporarily "
        "unavailable"}) {
    EXPECT_EQ(
        behind(kAborted, words),
        (Shortage{EAGAIN,
                  "an appliance needs more threads than this user may start (this user may have 8 "
                  "processes and threads; raise that with 'ulimit -u', or what the control "
                  "group may have)"}));
    EXPECT_EQ(behind(kWell, words), std::nullopt);
    const Limit memory(RLIMIT_DATA, uint64_t{1} << 40);
    EXPECT_EQ(behind(kAborted, words), kLimitedMemory);
  }
}

TEST(Shortage, OrTheKernelsKill) {
  EXPECT_EQ(behind(kKilled, ""), kMemory);
  EXPECT_EQ(behind(kAborted, ""), std::nullopt);
  EXPECT_EQ(behind(kFailed, "Unknown savevm section or instance"), std::nullopt);
}

TEST(Shortage, OrACrashUnderALimit) {
  const Limit memory(RLIMIT_DATA, uint64_t{1} << 40);
  EXPECT_EQ(behind(kAborted, ""), kLimitedMemory);
  EXPECT_EQ(behind(kFailed, ""), std::nullopt);
}

TEST(Shortage, OfAKillSaysWhatItMayHaveBeen) {
  EXPECT_EQ(
      kill_text(kKilled),
      "was killed by signal 9 (Killed), perhaps because the host or its control group ran out "
      "of memory; free some, allow the group more, or set LIBGUESTFS_MEMSIZE to a lower value");
  EXPECT_EQ(kill_text(kAborted), std::nullopt);
  EXPECT_EQ(kill_text(kFailed), std::nullopt);
  EXPECT_EQ(kill_text(kWell), std::nullopt);
}

}  // namespace
}  // namespace glovebox::vm
