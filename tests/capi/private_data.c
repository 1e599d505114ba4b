// SPDX-License-Identifier: GPL-2.0-or-later
// The program's own pointers on a handle.
#include <stdint.h>

#include "check.h"
#include "guestfs.h"

int main(void) {
  guestfs_h *g = guestfs_create();
  CHECK(g && guestfs_get_private(g, "none") == NULL);
  int a, b;
  const char *key = NULL;
  CHECK(guestfs_first_private(g, &key) == NULL);
  guestfs_set_private(g, "a", &a);
  guestfs_set_private(g, "b", &b);
  guestfs_set_private(g, "gone", &b);
  guestfs_set_private(g, "gone", NULL);
  CHECK(guestfs_get_private(g, "a") == &a && guestfs_get_private(g, "b") == &b && !guestfs_get_private(g, "gone"));

  int seen_a = 0, seen_b = 0, seen = 0;
  for (void *data = guestfs_first_private(g, &key); data; data = guestfs_next_private(g, &key), ++seen) {
    seen_a += data == &a && strcmp(key, "a") == 0;
    seen_b += data == &b && strcmp(key, "b") == 0;
  }
  CHECK(seen == 2 && seen_a == 1 && seen_b == 1);
  CHECK(guestfs_next_private(g, &key) == NULL);
  guestfs_close(g);
  return 0;
}
