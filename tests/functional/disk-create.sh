#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# disk_create writes over files and disks only: what else has the name stays, and a disk forgets what was on it.
. "$(dirname "$0")/common.inc"
requires guestfish
mknod null c 1 3
mkfifo fifo
limit=20
for name in null fifo; do
  for format in raw qcow2; do
    run glovebox-run guestfish disk-create $name $format 1M
    [ "$status" = 1 ] || fail "$name, $format: exit status $status"
  done
done
[ -c null ] || fail "the device node is gone"
[ -p fifo ] || fail "the FIFO is gone"
same stderr "*stdin*:0: libguestfs: error: refusing to overwrite ‘fifo’, which is not a regular file" "$t/err"

truncate -s 4M disk.img
loop=$(losetup --find --show disk.img) || skip "no loop device here"
cleanup() { losetup -d "$loop"; }
mkswap -q "$loop" 2>/dev/null || mkswap "$loop" >/dev/null
run glovebox-run guestfish disk-create "$loop" raw 1M
[ "$status" = 0 ] || fail "$(cat "$t/err")"
cmp -n 4194304 "$loop" /dev/zero || fail "the disk keeps what was on it"
