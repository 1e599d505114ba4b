#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The tool killed at random moments (GLOVEBOX_KILLS of them, 15 unless told): nothing runs on, nothing stays in TMPDIR,
# and the next run works. GLOVEBOX_SEED repeats the moments of a run that failed, as far as the machine does.
. "$(dirname "$0")/common.inc"
own_cache
limit=60
image=$(fixture debian.img)
RANDOM=${GLOVEBOX_SEED:=$RANDOM}
echo "the moments are those of GLOVEBOX_SEED=$GLOVEBOX_SEED"
for i in $(seq "${GLOVEBOX_KILLS:-15}"); do
  # The first third interrupts the making of the template.
  longest=$((i * 3 <= ${GLOVEBOX_KILLS:-15} ? 5000 : 1200))
  seconds=$((RANDOM % longest / 1000)) milliseconds=$((RANDOM % 1000))
  run timeout -s KILL "$(printf '%d.%03d' "$seconds" "$milliseconds")" virt-inspector -a "$image"
  case $status in 0 | 124 | 137) ;; *) fail "run $i: exit status $status: $(cat err)" ;; esac
done
expect phony.example virt-cat -a "$image" /etc/hostname
limit=10 expect phony.example virt-cat -a "$image" /etc/hostname
leftovers=$(find cache -name '.making-*')
[ -z "$leftovers" ] || fail "left in the cache: $leftovers"
