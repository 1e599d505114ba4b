/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Plugins that misbehave, one per value of BEHAVIOUR (see CMakeLists.txt). Each claims nothing and costs the others nothing.
 */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inspect/plugin/plugin.h"

#define CRASH 1
#define HANG 2
#define ALLOCATE 3
#define GARBAGE 4
#define FAIL 5
#define WRONG_VERSION 6
#define OLD 7
#define DIES_AT_START 8
#define SPIN 9
#define CLAIMS 10
#define PRIVILEGES 11
#define KILLS_AT_START 12
#define KILLS 13
#define ANNOUNCES_MOST 14
#define ANNOUNCES_TOO_MUCH 15
#define LONG_HELLO 16
#define TOO_LONG_HELLO 17

#if BEHAVIOUR == DIES_AT_START
__attribute__((constructor)) static void die(void) { _exit(7); }
#endif

#if BEHAVIOUR == LONG_HELLO || BEHAVIOUR == TOO_LONG_HELLO
/* With the other words of the hello 64 KiB, or one byte more. */
static char long_text[65536 - 40 + (BEHAVIOUR == TOO_LONG_HELLO) + 1];
__attribute__((constructor)) static void fill(void) { memset(long_text, 'x', sizeof long_text - 1); }
#endif

#if BEHAVIOUR == KILLS_AT_START || BEHAVIOUR == KILLS
/* Only in the appliance: anywhere else this ends the session of whoever loads it. */
static int in_appliance;
static void kill_all(void) {
  if (in_appliance)
    kill(-1, SIGKILL);
}
__attribute__((constructor)) static void start(void) {
  in_appliance = access("/sysroot", F_OK) == 0;
#if BEHAVIOUR == KILLS_AT_START
  kill_all();
#endif
}
#endif

static int detect(const struct glovebox_inspect_host *host) {
#if BEHAVIOUR == CRASH
  volatile int *volatile nowhere = NULL;
  *nowhere = 1;
#elif BEHAVIOUR == HANG
  for (;;)
    pause();
#elif BEHAVIOUR == SPIN
  for (volatile unsigned i = 0;; ++i)
    ;
#elif BEHAVIOUR == ALLOCATE
  for (;;) {
    char *p = malloc(1 << 20);
    memset(p, 1, 1 << 20); /* crashes when there is no more */
  }
#elif BEHAVIOUR == GARBAGE
  for (int fd = 3; fd < 64; ++fd)
    if (write(fd, "\0\0\0\x08garbage!garbage!", 20) > 0)
      break;
  pause();
#elif BEHAVIOUR == ANNOUNCES_MOST || BEHAVIOUR == ANNOUNCES_TOO_MUCH
  /* The length of an answer that never comes. */
  for (int fd = 3; fd < 64; ++fd)
    if (write(fd, BEHAVIOUR == ANNOUNCES_MOST ? "\4\0\0\0" : "\4\0\0\1", 4) > 0)
      break;
  pause();
#elif BEHAVIOUR == KILLS
  kill_all();
#elif BEHAVIOUR == FAIL
  return -5;
#elif BEHAVIOUR == OLD || BEHAVIOUR == CLAIMS
  struct glovebox_inspect_stat info;
  if (host->stat(host, "/etc", 1, &info) == 0) {
    host->claim(host, GLOVEBOX_INSPECT_ROLE_ROOT, BEHAVIOUR == OLD ? 10 : 100);
    host->set_string(host, "name", BEHAVIOUR == OLD ? "old" : "mine");
  }
#elif BEHAVIOUR == PRIVILEGES
  /* What the process can do outside of the tree is told as problems. */
  if (access("/etc/passwd", R_OK) == 0 || access("/dev", F_OK) == 0)
    host->add_problem(host, "privileges", "a path leads out");
  if (geteuid() == 0)
    host->add_problem(host, "privileges", "it is root");
  pid_t child = fork();
  if (child == 0)
    _exit(0);
  if (child > 0)
    host->add_problem(host, "privileges", "it forks");
#endif
  (void)host;
  return 0;
}

#define STRING(x) #x
#define NAME(x) "hostile-" STRING(x)

static const struct glovebox_inspect_descriptor plugin = {
#if BEHAVIOUR == OLD
    .struct_size = offsetof(struct glovebox_inspect_descriptor, describe),
#else
    .struct_size = sizeof(struct glovebox_inspect_descriptor),
#endif
#if BEHAVIOUR == WRONG_VERSION
    .api_version = GLOVEBOX_INSPECT_API_VERSION + 1,
#else
    .api_version = GLOVEBOX_INSPECT_API_VERSION,
#endif
    .name = NAME(BEHAVIOUR),
#if BEHAVIOUR == LONG_HELLO || BEHAVIOUR == TOO_LONG_HELLO
    .description = long_text,
#else
    .description = "misbehaves",
#endif
    .detect = detect,
#if BEHAVIOUR == OLD
    /* Beyond struct_size: the host must not look at it. */
    .describe = (int (*)(const struct glovebox_inspect_host *))(uintptr_t)16,
#endif
};

const struct glovebox_inspect_descriptor *glovebox_inspect_plugin(void) { return &plugin; }
