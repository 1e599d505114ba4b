#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two first runs at once on a host whose KVM does not work: one tries it, both answer under emulation.
. "$(dirname "$0")/common.inc"
. "$here/kvm.inc"
image=$(fixture debian.img)
stand_in firmware-hangs
"$here/watch.py" 60 complaints.1 virt-cat -a "$image" /etc/hostname >out.1 2>err.1 &
"$here/watch.py" 60 complaints.2 virt-cat -a "$image" /etc/hostname >out.2 2>err.2 &
wait -n && wait -n || fail "one failed: $(cat err.1 err.2)"
same "first answer" phony.example out.1
same "second answer" phony.example out.2
[ ! -s complaints.1 ] && [ ! -s complaints.2 ] || fail "$(cat complaints.?)"
[ "$(cat err.1 err.2 | grep -c 'KVM is not used: ')" = 1 ] || fail "not told once: $(cat err.1 err.2)"
[ "$(cat err.1 err.2 | wc -l)" = 1 ] || fail "more was said: $(cat err.1 err.2)"
