#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The tool killed at random moments (GLOVEBOX_KILLS of them, 15 unless told): nothing runs on, nothing stays in TMPDIR,
# and the next run works.
. "$(dirname "$0")/common.inc"
own_cache
limit=60
image=$(fixture debian.img)
for i in $(seq "${GLOVEBOX_KILLS:-15}"); do
  # The first third interrupts the making of the template.
  longest=$((i * 3 <= ${GLOVEBOX_KILLS:-15} ? 5000 : 1200))
  run timeout -s KILL "$(printf '%d.%03d' $((RANDOM % longest / 1000)) $((RANDOM % 1000)))" virt-inspector -a "$image"
  case $status in 0 | 124 | 137) ;; *) fail "run $i: exit status $status: $(cat err)" ;; esac
done
expect phony.example virt-cat -a "$image" /etc/hostname
limit=10 expect phony.example virt-cat -a "$image" /etc/hostname
leftovers=$(find cache -name '.making-*')
[ -z "$leftovers" ] || fail "left in the cache: $leftovers"
