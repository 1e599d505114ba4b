/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * guest-root.so, preloaded into programs of the appliance (tar, cp) that work on paths of the
 * guest: makes the guest's tree their root after they are loaded and before main(), so that every
 * link in a path leads where it leads in the guest, and nowhere else. From here on nothing may be
 * loaded: what would be found is the guest's. Hence names of users and groups come from the guest's
 * files, read by libc's own code, whatever the guest's nsswitch.conf says, and programs started
 * from here do not get this library.
 *
 * The tree's root is the descriptor whose number GLOVEBOX_GUEST_ROOT gives.
 */
#define _GNU_SOURCE
#include <nss.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void enter(void) {
  const char* const number = getenv("GLOVEBOX_GUEST_ROOT");
  const int root = number ? atoi(number) : -1;
  if (root < 0 || __nss_configure_lookup("passwd", "files") != 0 ||
      __nss_configure_lookup("group", "files") != 0 || fchdir(root) != 0 || chroot(".") != 0 ||
      unsetenv("LD_PRELOAD") != 0 || unsetenv("GLOVEBOX_GUEST_ROOT") != 0) {
    fputs("guest-root.so: cannot make the guest's tree the root\n", stderr);
    _exit(126);
  }
  close(root);
}
