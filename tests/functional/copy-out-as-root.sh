#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Root's copy-out gives files to their owners, but makes no device nodes and no set-user-id files unless it is asked to.
. "$(dirname "$0")/common.inc"
requires debugfs mke2fs guestfish
[ "$(id -u)" = 0 ] || skip "needs root"
mkdir -p tree/d
echo x >tree/d/program
truncate -s 16M disk.img
mke2fs -q -t ext4 -F -d tree disk.img
printf '%s\n' 'sif d/program mode 0106777' 'sif d/program uid 1234' 'sif d/program gid 4321' 'cd d' 'mknod null c 1 3' |
  debugfs -w -f - disk.img >said 2>&1
limit=20
mkdir copied special
umask 022
run glovebox-run guestfish --ro -a disk.img -m /dev/sda -- copy-out /d copied
same stderr "libguestfs: warning: copy_out: device nodes were left out, 1 of them: copied/d/null" "$t/err"
[ "$status" = 0 ] || fail "exit status $status"
[ "$(stat -c '%a %u %g' copied/d/program)" = "777 1234 4321" ] || fail "$(ls -lR copied)"
[ "$(ls copied/d)" = program ] || fail "$(ls -lR copied)"

mknod own c 1 3 2>/dev/null || skip "device nodes cannot be made here"
export LIBGUESTFS_BACKEND_SETTINGS=${LIBGUESTFS_BACKEND_SETTINGS:+$LIBGUESTFS_BACKEND_SETTINGS:}copy_out_special
run glovebox-run guestfish --ro -a disk.img -m /dev/sda -- copy-out /d special
same stderr "" "$t/err"
[ "$(stat -c '%a %u %F' special/d/program)" = "6777 1234 regular file" ] || fail "$(ls -lR special)"
[ "$(stat -c '%t %T %F' special/d/null)" = "1 3 character special file" ] || fail "$(ls -lR special)"
