#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# mount_local and its like, from C. libfuse tells on stderr what it did not like.
. "$(dirname "$0")/../functional/common.inc"
mkdir mnt
run "$build/tests/capi_mount_local" "$(fixture gpt-ext4-fat.img)" "$t/mnt"
same stderr "fuse: failed to access mountpoint /none: No such file or directory" "$t/err"
[ "$status" = 0 ] || fail "exit status $status"
