// SPDX-License-Identifier: GPL-2.0-or-later
//
// What is wrong with arguments, and calls in the wrong state: messages and errno values are those that libguestfs 1.48
// gave for the same calls, but for the last group.
#include <errno.h>
#include <stdint.h>

#include "check.h"
#include "guestfs.h"

#define NEWER                                                                                               \
  " (this can happen if a program is compiled against a newer version of libguestfs, then dynamically linked " \
  "to an older version)"
#define BEFORE_LAUNCH ": call launch before using this function\n(in guestfish, don't forget to use the 'run' command)"

int main(void) {
  guestfs_h *g = guestfs_create();
  CHECK(g);
  CHECK(guestfs_last_error(g) == NULL && guestfs_last_errno(g) == 0);
  guestfs_set_error_handler(g, NULL, NULL);

  FAILS(guestfs_mount(g, NULL, "/"), "mount: mountable: parameter cannot be NULL", 0);
  FAILS(guestfs_is_file(g, NULL), "is_file_opts: path: parameter cannot be NULL", 0);
  FAILS(guestfs_add_drive_opts(g, NULL, -1), "add_drive_opts: filename: parameter cannot be NULL", 0);
  FAILS(guestfs_set_identifier(g, NULL), "set_identifier: identifier: parameter cannot be NULL", 0);

  FAILS(guestfs_mount(g, "/dev/sda1", "/"), "mount" BEFORE_LAUNCH, 0);
  FAILS_NULL(guestfs_list_devices(g), "list_devices" BEFORE_LAUNCH, 0);
  FAILS(guestfs_wait_ready(g), "qemu has not been launched yet", 0);
  CHECK(guestfs_shutdown(g) == 0);

  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_READONLY, 1, GUESTFS_ADD_DRIVE_OPTS_READONLY, 1, -1),
        "add_drive: same optional argument specified more than once", 0);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", 77, 1, -1), "add_drive: unknown option 77" NEWER, 0);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_FORMAT, NULL, -1),
        "add_drive_opts: format: optional parameter cannot be NULL", 0);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_SERVER, NULL, -1),
        "add_drive_opts: server: optional list cannot be NULL", 0);
  struct guestfs_add_drive_opts_argv options = {.bitmask = UINT64_C(1) << 40};
  FAILS(guestfs_add_drive_opts_argv(g, "/dev/null", &options),
        "add_drive_opts: unknown option in guestfs_add_drive_opts_argv->bitmask" NEWER, 0);

  FAILS(guestfs_add_drive_opts(g, "/nonexistent", -1), "/nonexistent: No such file or directory", ENOENT);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_FORMAT, "a b", -1),
        "format parameter is empty or contains disallowed characters", 0);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_IFACE, "a b", -1),
        "iface parameter is empty or contains disallowed characters", 0);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_LABEL, "abcdefghijklmnopqrstuvwxyz", -1),
        "label parameter is empty, too long, or contains disallowed characters", 0);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_LABEL, "a1", -1),
        "label parameter is empty, too long, or contains disallowed characters", 0);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_CACHEMODE, "bad", -1),
        "cachemode parameter must be ‘writeback’ (default) or ‘unsafe’", 0);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_DISCARD, "bad", -1),
        "discard parameter must be ‘disable’, ‘enable’ or ‘besteffort’", 0);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_BLOCKSIZE, 7, -1), "blocksize parameter is invalid", 0);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_PROTOCOL, "bad", -1), "unknown protocol ‘bad’", 0);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_READONLY, 1, GUESTFS_ADD_DRIVE_OPTS_DISCARD, "enable", -1),
        "discard support cannot be enabled on read-only drives", 0);
  char *server[] = {"localhost:1", NULL};
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_SERVER, server, -1),
        "you cannot specify a server with file-backed disks", 0);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_USERNAME, "u", -1),
        "you cannot specify a username with file-backed disks", 0);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_SECRET, "s", -1),
        "you cannot specify a secret with file-backed disks", 0);
  FAILS(guestfs_add_drive_scratch(g, 0, -1), "invalid size: 0", 0);
  FAILS(guestfs_add_drive_scratch(g, -5, -1), "invalid size: -5", 0);

  // Our own words.
  FAILS(guestfs_remove_drive(g, "x"), "remove_drive: there is no drive with the label 'x'", 0);
  FAILS(guestfs_selinux_relabel(g, "contexts", "/", -1), "selinux_relabel: this call is not implemented in Glovebox yet", ENOTSUP);
  FAILS(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_PROTOCOL, "nbd", -1),
        "add_drive: protocol nbd is not implemented in Glovebox yet", ENOTSUP);

  // Drives are told in the order in which they were added.
  CHECK(guestfs_add_drive_ro(g, "/dev/null") == 0);
  char **drives = guestfs_debug_drives(g);
  CHECK(drives && drives[0] && !drives[1]);
  CHECK_TEXT(drives[0], "/dev/null readonly protocol=file");
  free(drives[0]);
  free(drives);

  // A block size of 0 is one that nobody chose.
  CHECK(guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_BLOCKSIZE, 0, -1) == 0);
  guestfs_close(g);
  return 0;
}
