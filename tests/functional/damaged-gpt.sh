#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A GPT of which something is damaged: what is left of it is shown, and what is wrong is told; the kernel does neither.
. "$(dirname "$0")/common.inc"
requires sfdisk
sectors=$(($(stat -c %s "$(fixture debian.img)") / 512))
copy() { cp --sparse=always "$(fixture debian.img)" "$1"; }
damage() { dd if=/dev/zero of="$1" bs=512 seek="$2" count=1 conv=notrunc status=none; }  # IMAGE SECTOR
told() {  # IMAGE PROBLEM SYSTEMS [OPTION...]
  run virt-inspector --json "${@:4}" -a "$1"
  [ "$status" = 0 ] || fail "exit status $status"
  json "len(oses) == $3 and problems == [{'where': '/dev/sda', 'what': '$2'}]"
  head -n1 err >told
  same stderr "virt-inspector: $1: /dev/sda: $2" told
}

copy first.img
damage first.img 1
sha256sum first.img >sum
told first.img "the GUID partition table at its start is damaged; the partitions are those of the copy at its end, \
from which gdisk(8) can restore the table" 1
expect phony.example virt-cat -a first.img /etc/hostname
sha256sum --quiet -c sum

copy both.img
damage both.img 1
damage both.img $((sectors - 1))
told both.img "its GUID partition table and the copy at its end are both damaged, so its partitions are not known" 0

copy bare.img
damage bare.img 0
told bare.img "it has a GUID partition table without the protective MBR that belongs to it; its partitions are shown \
nevertheless" 1

copy sectors.img
told sectors.img "its GUID partition table is for sectors of 512 bytes, but the sectors of this disk have 4096 (see --blocksize)" 0 \
  --blocksize=4096

# A table without partitions is none that is damaged, and a file system on the whole disk needs none.
truncate -s 8M empty.img
echo 'label: gpt' | sfdisk -q empty.img
run virt-inspector --json -a empty.img
json 'oses == [] and problems == []'
