#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The KVM that this host has, whatever it is: the first command answers within a minute, the second is quick, and neither
# says more than one line.
. "$(dirname "$0")/common.inc"
[ -r /dev/kvm ] && [ -w /dev/kvm ] || skip "no /dev/kvm that opens"
own_cache
image=$(fixture debian.img)
limit=60
run virt-cat -a "$image" /etc/hostname
[ "$status" = 0 ] || fail "exit status $status: $(cat err)"
same stdout phony.example out
if [ -s err ]; then
  grep -q '^virt-cat: KVM is not used: /dev/kvm opens, but the appliance does not run on it: ' err && [ "$(wc -l <err)" = 1 ] || fail "$(cat err)"
fi
limit=10
expect phony.example virt-cat -a "$image" /etc/hostname
run virt-appliance check
grep -Eq '^  accelerator +ok +(kvm: boots in|emulation: /dev/kvm opens, but .*; checked .* ago$)' out || fail "$(cat out)"
