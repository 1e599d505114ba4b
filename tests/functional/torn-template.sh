#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A template damaged on the disk (cut short, emptied, a bit flipped, files gone) is made anew; the answer stays right.
. "$(dirname "$0")/common.inc"
own_cache
limit=60
image=$(fixture debian.img)
expect phony.example virt-cat -a "$image" /etc/hostname
largest() { find "$t/cache" -type f -printf '%s %p\n' | sort -n | tail -n1 | cut -d' ' -f2-; }
# As a bit that flipped is found: by the digest, which is read again after a boot of the host.
flip() { python3 -c '
import os, sys
with open(sys.argv[1], "r+b") as file:
    byte = os.pread(file.fileno(), 1, 8 << 20)[0]
    os.pwrite(file.fileno(), bytes([byte ^ 1]), 8 << 20)' "$(largest)"; find "$t/cache" -name verified -delete; }
seen() { stat -c '%i %y' "$(largest)" 2>&1 || :; }
for damage in 'truncate -s 4096 "$(largest)"' 'find "$t/cache" -type f -exec truncate -s 0 {} +' flip \
  'find "$t/cache" -name "*.json" -delete' 'find "$t/cache" -type f -delete'; do
  chmod -R u+w "$t/cache"
  eval "$damage"
  damaged=$(seen)
  expect phony.example virt-cat -a "$image" /etc/hostname
  [ "$(seen)" != "$damaged" ] || fail "not made anew after: $damage"
  limit=10 expect phony.example virt-cat -a "$image" /etc/hostname
  limit=60
done
