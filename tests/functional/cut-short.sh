#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A raw image that was cut short: each partition that is not all there is named, and what is there is reported.
. "$(dirname "$0")/common.inc"
requires sfdisk
cut() {  # PARTITION, END
  echo "$1: the partition ends at byte $2, but /dev/sda at byte $((25 << 20)): the disk image was cut short"
}
found() {  # IMAGE LINES: the system on the first partition is found, and exactly these lines are told
  run virt-inspector --json -a "$1"
  [ "$status" = 0 ] || fail "exit status $status"
  same stderr "$2" err
  json 'len(oses) == 1 and oses[0]["hostname"] == "phony.example" and len(oses[0]["applications"]) == 2'
  run virt-cat -a "$1" /etc/hostname
  [ "$status" = 0 ] || fail "exit status $status"
  same stdout phony.example out
}

# GPT: without its second half the table is not valid, and the kernel sees no partitions.
cp "$(fixture damaged-neighbour.img)" gpt.img
truncate -s 25M gpt.img
found gpt.img "virt-inspector: gpt.img: /dev/sda2: wrong fs type (ext4), bad option or bad superblock on /dev/sda2
virt-inspector: gpt.img: $(cut /dev/sda2 $((33 << 20)))"

# MBR: the kernel shortens the second partition, and drops the third.
truncate -s 41M mbr.img
printf 'label: dos\nstart=1MiB, size=16MiB\nstart=17MiB, size=16MiB\nstart=33MiB, size=4MiB\n' | sfdisk -q mbr.img
dd if="$(fixture debian.img)" of=mbr.img bs=1M skip=1 seek=1 count=16 conv=notrunc status=none
found mbr.img ""
truncate -s 25M mbr.img
found mbr.img "virt-inspector: mbr.img: $(cut /dev/sda2 $((33 << 20)))
virt-inspector: mbr.img: $(cut /dev/sda3 $((37 << 20)))"

# Nothing is left of the system: that, too, is said with the reason.
truncate -s 512K mbr.img gpt.img
for image in mbr.img gpt.img; do
  run virt-inspector --json -a $image
  [ "$status" = 0 ] || fail "exit status $status"
  json 'oses == [] and len(problems) >= 2 and all("was cut short" in p["what"] for p in problems)'
  run virt-cat -a $image /etc/hostname
  [ "$status" = 1 ] || fail "exit status $status"
  head -n1 err | grep -qx "virt-cat: /dev/sda1: the partition ends at byte $((17 << 20)), but /dev/sda at byte $((512 << 10)): \
the disk image was cut short" || fail "$(cat err)"
done
