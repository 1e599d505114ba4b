#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A KVM that worked and does not any more: slow, it is waited for; broken at the next launch, emulation takes over; broken in
# the middle of a call, that ends at once with the reason, and the launch after it uses emulation.
. "$(dirname "$0")/common.inc"
. "$here/kvm.inc"
image=$(fixture debian.img)
kvm_that_worked "$image"

stand_in crawls
expect phony.example virt-cat -a "$image" /etc/hostname

stand_in clone-error
run virt-cat -a "$image" /etc/hostname
[ "$status" = 0 ] || fail "exit status $status: $(cat err)"
same stdout phony.example out
grep -q '^virt-cat: KVM is not used: /dev/kvm opens, but the appliance does not run on it: start: the virtual machine stopped (internal error)' err ||
  fail "$(cat err)"
verdict false '.*internal error.*'
expect phony.example virt-cat -a "$image" /etc/hostname

stand_in call-error
rm -f "$(find cache -name kvm-verdict.json)"
started=$(date +%s%N)
run glovebox-run guestfish --ro -a "$image" run : debug sh "sleep 30"
took=$((($(date +%s%N) - started) / 1000000))
[ "$status" = 1 ] || fail "exit status $status"
same stderr "*stdin*:0: libguestfs: error: debug: the virtual machine stopped (internal error); qemu's last words: \
KVM internal error. Suberror: 1 / emulation failure; the next launch uses emulation instead of KVM" err
[ "$took" -lt 20000 ] || fail "it took $took ms"
verdict false '/dev/kvm opens, but the appliance does not run on it: debug: the virtual machine stopped \(internal error\)'
expect phony.example virt-cat -a "$image" /etc/hostname
