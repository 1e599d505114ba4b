#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing to inspect: virt-inspector answers with an empty list and a note, the file tools cannot go on.
. "$(dirname "$0")/common.inc"
declare -A there=([blank]="/dev/sda (unknown)" [plain-ext4]="/dev/sda (ext4)" [gpt-ext4-fat]="/dev/sda1 (ext4), /dev/sda2 (vfat)")
for name in "${!there[@]}"; do
  image=$(fixture $name.img)
  run virt-inspector --json -a "$image"
  [ "$status" = 0 ] || fail "exit status $status"
  same stderr "virt-inspector: $image: no operating system was found on this disk, only ${there[$name]}" "$t/err"
  json 'oses == [] and problems == []'
  for tool in virt-cat virt-ls; do
    expect_error 1 "$tool: no operating system was found on this disk, only ${there[$name]}

To read files without an operating system being recognised, say what to mount:
  -m DEVICE[:DIRECTORY]
\`virt-inspector\` shows what was found and what could not be read." "$tool" -a "$image" /hello.txt
  done
done
expect hello virt-cat -a "$(fixture plain-ext4.img)" -m /dev/sda /hello.txt
