#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A call that fails before content comes leaves the host's file as it was, and makes none.
. "$(dirname "$0")/common.inc"
requires guestfish
image=$(fixture debian.img)
echo precious >kept
limit=30
run glovebox-run guestfish --ro -a "$image" -i -- -download /nosuch kept : -tar-out /nosuch kept : -cpio-out /nosuch kept : -download /nosuch new \
  : -tgz-out /nosuch new
same kept precious kept
[ ! -e new ] || fail "an empty file is left"
ln -s nowhere link
run glovebox-run guestfish --ro -a "$image" -i -- -download /nosuch link
[ -L link ] || fail "the link is gone"
printf 'longer than what comes\n' >kept
run glovebox-run guestfish --ro -a "$image" -i download /etc/debian_version kept
same kept 12.5 kept
