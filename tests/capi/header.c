// SPDX-License-Identifier: GPL-2.0-or-later
#include "guestfs.h"

int uses_the_header(guestfs_h *g);
int uses_the_header(guestfs_h *g) {
  return guestfs_add_drive_opts(g, "disk", GUESTFS_ADD_DRIVE_OPTS_READONLY, 1, -1);
}
