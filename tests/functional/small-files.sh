#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A process that may write only small files: the error says what it wrote and which limit it met, wherever that is.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
limited() { ulimit -f "$1" && shift && exec "$@"; }
export -f limited
advice="(this process may write files of 1 KiB; raise that with 'ulimit -f')"
expect_error 1 "virt-cat: the throw-away layer of a read-only drive in $TMPDIR: File too large $advice" \
  bash -c 'limited "$@"' - 1 virt-cat -a "$image" /etc/hostname

# Ours to ignore, not the programs' that we start.
run env --default-signal grep SigIgn /proc/self/status
expect "$(cat out)" env --default-signal glovebox-run grep SigIgn /proc/self/status
