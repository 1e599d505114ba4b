#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The image of a running guest: a qemu process holds its lock and writes to it all the time. Reading works.
. "$(dirname "$0")/common.inc"
requires qemu-io
cp "$(fixture debian.img)" disk.img
mkfifo orders
qemu-io -f raw disk.img <orders >/dev/null 2>&1 &
writer=$!
(while sleep 0.05; do echo "write -P 5 17M 512k"; done) >orders 2>/dev/null &
orders=$!
cleanup() { kill -KILL "$orders" "$writer"; wait; } 2>/dev/null
sleep 0.5
! qemu-io -f raw -c 'write 0 512' disk.img >/dev/null 2>&1 || fail "the writer does not hold the lock"
for _ in 1 2 3; do
  expect phony.example virt-cat -a disk.img /etc/hostname
done
expect_json 'len(oses) == 1 and problems == []' virt-inspector --json -a disk.img
kill -0 "$writer" || fail "the writer was disturbed"
