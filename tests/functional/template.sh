#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The first run on a machine saves the template; all other tests start from it.
. "$(dirname "$0")/common.inc"
limit=60
mkdir -p -m 0700 "$LIBGUESTFS_CACHEDIR"
expect phony.example virt-cat -a "$(fixture debian.img)" /etc/hostname
# The tests of other people's programs use the cache that is used where nobody names one.
unset LIBGUESTFS_CACHEDIR
expect phony.example virt-cat -a "$(fixture debian.img)" /etc/hostname
