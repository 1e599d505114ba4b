#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# LVM metadata that makes no sense: what is wrong with it is a problem in the report, and /boot, a plain partition, is
# there to be read.
. "$(dirname "$0")/common.inc"
requires qemu-img qemu-io
demo=$(fixture demo.qcow2)
qemu-img dd -O raw bs=1M count=1 if="$demo" of=head.img
start=$(python3 -c '
import struct
table = open("head.img", "rb").read()[1024:1024 + 128 * 128]  # GPT: 128 entries of 128 bytes, the start at byte 32
print(512 * max(struct.unpack_from("<Q", table, n + 32)[0] for n in range(0, len(table), 128)))')
advice="To read files without an operating system being recognised, say what to mount:
  -m DEVICE[:DIRECTORY]
\`virt-inspector\` shows what was found and what could not be read."
damaged() {  # OFFSET BYTES WHAT: overwritten in the last partition, which is the physical volume
  rm -f damaged.qcow2
  qemu-img create -q -f qcow2 -b "$demo" -F qcow2 damaged.qcow2
  qemu-io -c "write -P 0x5a $((start + $1)) $2" damaged.qcow2 >said || fail "qemu-io: $(cat said)"
  local what="the logical volumes on it cannot be activated: LVM physical volume: $3"
  run virt-inspector --format=qcow2 --json -a damaged.qcow2
  [ "$status" = 0 ] || fail "exit status $status"
  same stderr "virt-inspector: damaged.qcow2: /dev/sda3: $what
virt-inspector: damaged.qcow2: no operating system was found on this disk, only /dev/sda1 (unknown), /dev/sda2 (ext4)" err
  json "oses == [] and problems == [{'where': '/dev/sda3', 'what': '$what'}]"
  expect_error 1 "virt-cat: /dev/sda3: $what
virt-cat: no operating system was found on this disk, only /dev/sda1 (unknown), /dev/sda2 (ext4)

$advice" virt-cat --format=qcow2 -a damaged.qcow2 /etc/fstab
  run virt-ls --format=qcow2 -a damaged.qcow2 -m /dev/sda2 /
  grep -qx grub out || fail "/boot is not read: $(cat err)"
}
damaged 4096 512 "a metadata area has no valid header"
damaged 4608 16k "metadata with a wrong checksum"
