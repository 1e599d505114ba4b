#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A download to /dev/stdout goes on where the program's output is, also into a file that others have written to.
. "$(dirname "$0")/common.inc"
requires guestfish
image=$(fixture debian.img)
echo before >log
limit=30
run bash -c 'glovebox-run guestfish --ro -a "$1" -i download /etc/hostname /dev/stdout : download /etc/debian_version - >>log' - "$image"
[ "$status" = 0 ] || fail "$(cat "$t/err")"
same log "before
phony.example
12.5" log
