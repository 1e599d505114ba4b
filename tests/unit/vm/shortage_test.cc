// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/shortage.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/scope_exit.h"

namespace glovebox::vm {
namespace {

constexpr base::ExitStatus kWell{0}, kFailed{1 << 8}, kKilled{SIGKILL}, kAborted{SIGTRAP};

TEST(Shortage, IsWhatProgramsSayOfIt) {
  for (const char* words :
       {"qemu-system-x86_64: cannot set up guest memory 'ram': Cannot allocate memory",
        "error while loading shared libraries: libx.so.1: failed to map segment from shared object",
        "error while loading shared libraries: libx.so.1: cannot allocate memory in static TLS "
        "block",
        "GLib-ERROR **: ../../../glib/gmem.c:136: failed to allocate 4096 bytes",
        "qemu: qemu_thread_create: Resource temporarily unavailable"}) {
    EXPECT_TRUE(is_shortage(kFailed, words)) << words;
    EXPECT_TRUE(is_shortage(kAborted, words)) << words;
    EXPECT_FALSE(is_shortage(kWell, words)) << words;  // the guest's words
  }
}

TEST(Shortage, OrTheKernelsKill) {
  EXPECT_TRUE(is_shortage(kKilled, ""));
  EXPECT_FALSE(is_shortage(kAborted, ""));
  EXPECT_FALSE(is_shortage(kFailed, "Unknown savevm section or instance"));
}

TEST(Shortage, OrACrashUnderALimit) {
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_DATA, &before), 0);
  const rlimit limited = {uint64_t{1} << 40, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_DATA, &limited), 0);
  const base::ScopeExit restore([&] { setrlimit(RLIMIT_DATA, &before); });
  EXPECT_TRUE(is_shortage(kAborted, ""));
  EXPECT_FALSE(is_shortage(kFailed, ""));
  EXPECT_EQ(
      shortage_text(1280),
      "there is not enough memory for an appliance of 1280 MiB (this process may have 1048576 "
      "MiB; raise that with 'ulimit -d'); free some, or set LIBGUESTFS_MEMSIZE to fewer MiB");
}

TEST(Shortage, OfAKillSaysWhatItMayHaveBeen) {
  EXPECT_EQ(
      kill_text(kKilled),
      "was killed by signal 9 (Killed), perhaps because the host or its control group ran out "
      "of memory; free some, allow the group more, or set LIBGUESTFS_MEMSIZE to fewer MiB");
  EXPECT_EQ(kill_text(kAborted), std::nullopt);
  EXPECT_EQ(kill_text(kFailed), std::nullopt);
  EXPECT_EQ(kill_text(kWell), std::nullopt);
}

TEST(Shortage, SaysWhatToDo) {
  EXPECT_EQ(shortage_text(1280),
            "there is not enough memory for an appliance of 1280 MiB; free some, or set "
            "LIBGUESTFS_MEMSIZE to fewer MiB");
}

}  // namespace
}  // namespace glovebox::vm
