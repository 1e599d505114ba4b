#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is not an image: a missing file, a directory, an empty file, a device that is no disk.
. "$(dirname "$0")/common.inc"
empty=$(fixture qcow2/empty.img)
for tool in virt-inspector virt-cat virt-ls; do
  file=/etc/fstab
  [ "$tool" != virt-inspector ] || file=
  expect_error 1 "$tool: gone.img: No such file or directory" "$tool" -a gone.img $file
  expect_error 1 "$tool: $TMPDIR: this is a directory, not a disk image" "$tool" -a "$TMPDIR" $file
  expect_error 1 "$tool: $empty: the file is empty, not a disk image" "$tool" -a "$empty" $file
  expect_error 1 "$tool: /dev/null: not a regular file or block device" "$tool" -a /dev/null $file
done
