#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is not an image: a missing file, a directory, an empty file, a device that never ends.
. "$(dirname "$0")/common.inc"
empty=$(fixture qcow2/empty.img)
for tool in virt-inspector virt-cat virt-ls; do
  file=/etc/fstab
  [ "$tool" != virt-inspector ] || file=
  expect_error 1 "$tool: gone.img: No such file or directory" "$tool" -a gone.img $file
  expect_error 1 "$tool: $TMPDIR: is a directory, not a disk image" "$tool" -a "$TMPDIR" $file
  expect_error 1 "$tool: $empty: is empty (0 bytes): there is no disk in it" "$tool" -a "$empty" $file
  expect_error 1 "$tool: /dev/zero: is a character device, not a disk image" "$tool" -a /dev/zero $file
done
