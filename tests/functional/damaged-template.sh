#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A template damaged after this boot's check of its digest (bit rot, a half-restored backup): the clone that fails makes it
# checked again and made anew, in the same command. Where it cannot be replaced, the message names the remedy.
. "$(dirname "$0")/common.inc"
own_cache
limit=60
image=$(fixture debian.img)
expect phony.example virt-cat -a "$image" /etc/hostname
ram=$(find "$t/cache" -name ram)
state=$(find "$t/cache" -name state)
# The kernel and what runs lie in the first half; the holes stay.
zero() { python3 -c '
import os, sys
with open(sys.argv[1], "r+b") as file:
    size = os.fstat(file.fileno()).st_size
    at = 0
    while at < size * 9 // 10:
        try:
            at = os.lseek(file.fileno(), at, os.SEEK_DATA)
        except OSError:
            break
        os.pwrite(file.fileno(), b"\0" * 4096, at)
        at += int(sys.argv[2])' "$1" "$2"; }
for damage in 'zero "$ram" 4096' 'zero "$ram" 65536' 'zero "$state" 65536'; do
  chmod u+w "$ram" "$state"
  eval "$damage"
  expect phony.example virt-cat -a "$image" /etc/hostname
  limit=10 expect phony.example virt-cat -a "$image" /etc/hostname
  limit=60
done
