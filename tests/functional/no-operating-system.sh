#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing to inspect: virt-inspector answers with an empty list and a note, the file tools cannot go on.
. "$(dirname "$0")/common.inc"
for name in blank plain-ext4 gpt-ext4-fat; do
  image=$(fixture $name.img)
  run virt-inspector --json -a "$image"
  [ "$status" = 0 ] || fail "exit status $status"
  same stderr "virt-inspector: $image: no operating system was found on this disk" "$t/err"
  json 'oses == []'
  run virt-cat -a "$image" /hello.txt
  [ "$status" = 1 ] && [ ! -s "$t/out" ] || fail "virt-cat: exit status $status"
  same "first line" "virt-cat: no operating system was found on this disk" <(head -n1 "$t/err")
done
expect hello virt-cat -a "$(fixture plain-ext4.img)" -m /dev/sda /hello.txt
