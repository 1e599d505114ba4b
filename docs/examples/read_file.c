// SPDX-License-Identifier: LGPL-2.1-or-later
//
// read_file DISK DEVICE PATH: prints a file of a disk image, with the guestfs C library.
//
//   cc read_file.c $(PKG_CONFIG_PATH=/usr/local/lib/glovebox/guestfs/pkgconfig pkg-config --cflags --libs libguestfs)
#include <guestfs.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: %s DISK DEVICE PATH\n", argv[0]);
    return 1;
  }
  guestfs_h *g = guestfs_create();
  if (!g)
    return 1;
  // The error handler has printed the error when a call returns -1 or NULL.
  if (guestfs_add_drive_opts(g, argv[1], GUESTFS_ADD_DRIVE_OPTS_READONLY, 1, -1) == -1 || guestfs_launch(g) == -1 ||
      guestfs_mount_ro(g, argv[2], "/") == -1)
    return 1;
  size_t size = 0;
  char *content = guestfs_read_file(g, argv[3], &size);
  if (!content)
    return 1;
  fwrite(content, 1, size, stdout);
  free(content);
  guestfs_close(g);
  return 0;
}
