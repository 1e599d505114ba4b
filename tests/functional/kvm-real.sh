#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The KVM that this host has, whatever it is: the first command answers within a minute, the second is quick, and neither
# says more than one line.
. "$(dirname "$0")/common.inc"
[ -r /dev/kvm ] && [ -w /dev/kvm ] || skip "no /dev/kvm that opens"
own_cache
rm -rf cache/*  # nothing is known
image=$(fixture debian.img)
limit=60
run virt-cat -a "$image" /etc/hostname
[ "$status" = 0 ] || fail "exit status $status: $(cat err)"
same stdout phony.example out
[ ! -s err ] && [ "$(wc -l <kvm-line)" -le 1 ] || fail "$(cat err kvm-line)"
limit=10
expect phony.example virt-cat -a "$image" /etc/hostname
[ ! -s kvm-line ] || fail "told again: $(cat kvm-line)"
run virt-appliance check
grep -Eq '^  accelerator +ok +(kvm: boots in|emulation: /dev/kvm opens, but .*; checked .* ago$)' out || fail "$(cat out)"
