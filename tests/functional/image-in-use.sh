#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The image of a running guest: a qemu process holds its lock and writes to it all the time. Reading works.
. "$(dirname "$0")/common.inc"
requires qemu-system-x86_64
cp "$(fixture debian.img)" disk.img
mkfifo orders
qemu-system-x86_64 -accel tcg -m 32 -nodefaults -display none -monitor stdio \
  -drive if=none,id=disk,file=disk.img,format=raw -device virtio-blk-pci,drive=disk <orders >monitor 2>&1 &
writer=$!
(while sleep 0.05; do echo 'qemu-io disk "write -P 5 17M 512k"'; done) >orders 2>/dev/null &
orders=$!
cleanup() { kill -KILL "$orders" "$writer"; wait; } 2>/dev/null
written() { od -An -tu1 -j $((17 << 20)) -N1 disk.img | grep -qw 5; }
for _ in $(seq 50); do written && break || sleep 0.1; done
written || fail "the writer does not write: $(tail -n1 monitor)"
said=$(qemu-io -f raw -c 'write 0 512' disk.img 2>&1) || :
[[ $said = *'Failed to get "write" lock'* ]] || fail "the writer holds no lock: $said"
for _ in 1 2 3; do
  expect phony.example virt-cat -a disk.img /etc/hostname
done
expect_json 'len(oses) == 1 and problems == []' virt-inspector --json -a disk.img
kill -0 "$writer" || fail "the writer was disturbed"
