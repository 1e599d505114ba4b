#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A damaged file system beside a good one: the good one is reported, and the damage.
. "$(dirname "$0")/common.inc"
image=$(fixture damaged-neighbour.img)
run virt-inspector --json -a "$image"
[ "$status" = 0 ] || fail "exit status $status"
json 'len(oses) == 1 and oses[0]["hostname"] == "phony.example" and len(oses[0]["applications"]) == 2'
json 'any("/dev/sda2" in p["where"] for p in problems)'
run virt-cat -a "$image" /etc/hostname
same stdout phony.example "$t/out"
same stderr "virt-cat: mount_ro: /dev/sda2 on /home (options: 'ro'): the ext4 file system on /dev/sda2 is damaged
virt-cat: some filesystems could not be mounted (ignored)" "$t/err"
