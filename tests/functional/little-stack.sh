#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A stack on which no appliance can be launched is refused in words; one that is just large enough will do.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
limited() { ulimit -s "$1" && shift && exec "$@"; }
export -f limited
for kib in 16 64; do
  expect_error 1 "virt-cat: a stack of $kib KiB is too small; allow 128 KiB or more with 'ulimit -s'" \
    bash -c 'limited "$@"' - $kib virt-cat -a "$image" /etc/hostname
done
expect phony.example bash -c 'limited "$@"' - 128 virt-cat -a "$image" /etc/hostname
