#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A KVM that worked, and on which a machine now stands still without a word: given up after half a minute without a sign of
# life, and not before; emulation answers.
. "$(dirname "$0")/common.inc"
. "$here/kvm.inc"
image=$(fixture debian.img)
kvm_that_worked "$image"
stand_in clone-hangs
started=$SECONDS
run virt-cat -a "$image" /etc/hostname
[ "$status" = 0 ] || fail "exit status $status: $(cat err)"
same stdout phony.example out
same stderr "virt-cat: KVM is not used: /dev/kvm opens, but the appliance does not run on it: start: the appliance has not \
answered or shown a sign of life for 30 s; using emulation from now on ('virt-appliance check --again' tries KVM again)" err
[ $((SECONDS - started)) -ge 30 ] || fail "given up after $((SECONDS - started)) s"
