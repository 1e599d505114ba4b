#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A stack on which no appliance can be launched is refused in words; one that is just large enough will do.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
limited() { ulimit -s "$1" && shift && exec "$@"; }
export -f limited
expect_error 1 "virt-cat: a stack of 64 KiB is too small; allow 128 KiB or more with 'ulimit -s'" \
  bash -c 'limited "$@"' - 64 virt-cat -a "$image" /etc/hostname
expect phony.example bash -c 'limited "$@"' - 128 virt-cat -a "$image" /etc/hostname
