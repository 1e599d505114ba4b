// SPDX-License-Identifier: GPL-2.0-or-later
//
// A guest for the C programs here: the image's first partition, and a file in it by which they see that all is well.
#ifndef HELLO_H
#define HELLO_H

#include "check.h"
#include "guestfs.h"

static inline guestfs_h *opened(const char *image, int readonly) {
  guestfs_h *g = guestfs_create();
  CHECK(g);
  CHECK(guestfs_add_drive_opts(g, image, GUESTFS_ADD_DRIVE_OPTS_READONLY, readonly, GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", -1) == 0);
  CHECK(guestfs_launch(g) == 0);
  CHECK(guestfs_mount(g, "/dev/sda1", "/") == 0);
  return g;
}

static inline void check_hello(guestfs_h *g) {
  size_t size = 0;
  char *content = guestfs_read_file(g, "/hello.txt", &size);
  CHECK(content && size == 6 && memcmp(content, "hello\n", 6) == 0);
  free(content);
}

#endif
