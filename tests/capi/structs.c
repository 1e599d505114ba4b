// SPDX-License-Identifier: GPL-2.0-or-later
// Structs and lists: copies are deep, comparing looks at every field, freeing frees all (the sanitizers watch).
#include <stdint.h>

#include "check.h"
#include "guestfs.h"

int main(void) {
  struct guestfs_xattr values[] = {{"user.a", 3, "x\0y"}, {"user.b", 0, ""}};
  struct guestfs_xattr_list list = {2, values};
  struct guestfs_xattr_list *copied = guestfs_copy_xattr_list(&list);
  CHECK(copied && copied->len == 2 && copied->val != values && copied->val[0].attrname != values[0].attrname);
  CHECK(copied->val[0].attrval_len == 3 && memcmp(copied->val[0].attrval, "x\0y", 3) == 0);
  CHECK(guestfs_compare_xattr_list(&list, copied) == 0);
  copied->val[0].attrval[2] = 'z';
  CHECK(guestfs_compare_xattr_list(&list, copied) < 0 && guestfs_compare_xattr_list(copied, &list) > 0);
  CHECK(guestfs_compare_xattr(&values[0], &values[1]) < 0);
  guestfs_free_xattr_list(copied);

  struct guestfs_lvm_pv pv = {.pv_name = "/dev/sda1", .pv_fmt = "lvm2", .pv_attr = "a--", .pv_tags = "", .pv_size = 7};
  memset(pv.pv_uuid, 'u', sizeof(pv.pv_uuid));
  struct guestfs_lvm_pv *other = guestfs_copy_lvm_pv(&pv);
  CHECK(other && guestfs_compare_lvm_pv(&pv, other) == 0);
  other->pv_uuid[31] = 'v';
  CHECK(guestfs_compare_lvm_pv(&pv, other) < 0);
  other->pv_uuid[31] = 'u';
  other->pv_size = 6;
  CHECK(guestfs_compare_lvm_pv(&pv, other) > 0);
  guestfs_free_lvm_pv(other);

  guestfs_free_stat(NULL);
  guestfs_free_stat_list(NULL);
  return 0;
}
