#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Thirty drives plugged at once: each has the name of its place in the command line.
. "$(dirname "$0")/common.inc"
mkdir root
options=() files=() expected=
for n in $(seq -w 30); do mkdir "root/$n"; done
for n in $(seq -w 30); do
  rm -rf "d$n" && mkdir "d$n" && echo "this is drive $n" >"d$n/name"
  [ "$n" != 01 ] || cp -r root/. d01/
  truncate -s 4M "$n.img"
  mke2fs -q -t ext2 -F -d "d$n" "$n.img"
  letter=$(python3 -c 'n = int("'"$n"'") - 1; print(("" if n < 26 else "a") + chr(97 + n % 26))')
  options+=(-a "$n.img")
  mounts+=(-m "/dev/sd$letter:/$([ "$n" = 01 ] || echo "$n")")
  files+=("/$([ "$n" = 01 ] || echo "$n/")name")
  expected+=${expected:+$'\n'}"this is drive $n"
done
expect "$expected" virt-cat "${options[@]}" "${mounts[@]}" "${files[@]}"
