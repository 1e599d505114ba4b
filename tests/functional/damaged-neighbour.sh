#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A damaged file system beside a good one: the good one is reported, and the damage.
. "$(dirname "$0")/common.inc"
image=$(fixture damaged-neighbour.img)
run virt-inspector --json -a "$image"
[ "$status" = 0 ] || fail "exit status $status"
json 'len(oses) == 1 and oses[0]["hostname"] == "phony.example" and len(oses[0]["applications"]) == 2'
damage="the ext4 file system on /dev/sda2 is damaged"
json "problems == [{'where': '/dev/sda2', 'what': '$damage'}]"
same stderr "virt-inspector: $image: /dev/sda2: $damage" "$t/err"
run virt-cat -a "$image" /etc/hostname
[ "$status" = 0 ] || fail "exit status $status"
same stdout phony.example "$t/out"
same stderr "virt-cat: mount_ro: /dev/sda2 on /home (options: 'ro'): $damage
virt-cat: some filesystems could not be mounted (ignored)" "$t/err"
