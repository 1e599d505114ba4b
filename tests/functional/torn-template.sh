#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A template damaged on the disk (cut short, emptied, flipped bytes, files gone) is made anew; the answer stays right.
. "$(dirname "$0")/common.inc"
own_cache
limit=60
image=$(fixture debian.img)
expect phony.example virt-cat -a "$image" /etc/hostname
largest() { find "$t/cache" -type f -printf '%s %p\n' | sort -n | tail -n1 | cut -d' ' -f2-; }
# As a bit that flipped is found: by the digest, which is read again after a boot of the host.
flip() { printf '\xff' | dd of="$(largest)" bs=1 seek=$((8 << 20)) conv=notrunc status=none; find "$t/cache" -name verified -delete; }
for damage in flip 'truncate -s 4096 "$(largest)"' 'find "$t/cache" -type f -exec truncate -s 0 {} +' \
  'find "$t/cache" -name "*.json" -delete' 'find "$t/cache" -type f -delete'; do
  chmod -R u+w "$t/cache"
  eval "$damage"
  expect phony.example virt-cat -a "$image" /etc/hostname
  limit=10 expect phony.example virt-cat -a "$image" /etc/hostname
  limit=60
done
