// SPDX-License-Identifier: GPL-2.0-or-later
#include "guestfs.h"

int uses_the_header_too(guestfs_h* g);
int uses_the_header_too(guestfs_h* g) {
  struct guestfs_stat status = {};
  return guestfs_compare_stat(&status, &status) + guestfs_launch(g);
}
