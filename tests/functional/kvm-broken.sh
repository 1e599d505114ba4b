#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A KVM that does not work, in each way that was seen: emulation takes over in the same command, which says so in one line
# and answers; the verdict is remembered, so the next command is silent and quick; forced, it is an error.
# KVM_KIND in the environment: which way.
. "$(dirname "$0")/common.inc"
. "$here/kvm.inc"
image=$(fixture debian.img)
stand_in "$KVM_KIND"
stopped="the virtual machine stopped \(internal error\)"
# The first process of a pid namespace cannot end by a signal of its own.
aborted="qemu (was killed by signal 6 \(Aborted\)|exited with status 134)"
case $KVM_KIND in
  aborts) reason="boot the template: $aborted" ;;
  hangs | firmware-hangs | crawls) reason="boot the template: the appliance did not start within 10 s" ;;
  internal-error) reason="boot the template: $stopped" ;;
  clone-aborts) reason="(restore the appliance: $aborted|start: appliance closed the connection unexpectedly\..*)" ;;
  clone-hangs) reason="start: the call did not end within [0-9]+ s" ;;
  clone-error) reason="start: $stopped" ;;
esac
reason="/dev/kvm opens, but the appliance does not run on it: $reason"
# Emulation plays a KVM that boots: it needs more than ten seconds where the machine is busy.
case $KVM_KIND in clone-*) export GLOVEBOX_KVM_TRIAL_SECONDS=30 ;; esac

limit=60
run virt-cat -a "$image" /etc/hostname
[ "$status" = 0 ] || fail "exit status $status"
same stdout phony.example "$t/out"
grep -Exq "virt-cat: KVM is not used: $reason; using emulation from now on \('virt-appliance check --again' tries KVM again\)" err ||
  fail "stderr: $(cat err)"
[ "$(wc -l <err)" = 1 ] || fail "more than one line: $(cat err)"
verdict false "$reason"
limit=10
expect phony.example virt-cat -a "$image" /etc/hostname
check "emulation: $reason; checked [0-9]+ seconds? ago"

LIBGUESTFS_BACKEND_SETTINGS=force_kvm run virt-cat -a "$image" /etc/hostname
[ "$status" = 1 ] && [ ! -s out ] || fail "forced: exit status $status"
grep -Exq "virt-cat: force_kvm is set, but KVM cannot be used: $reason \(checked at .*Z; 'virt-appliance check --again' tries it again\); without force_kvm emulation is used" err ||
  fail "forced: $(cat err)"
rm -f "$(find cache -name kvm-verdict.json)"
limit=60
LIBGUESTFS_BACKEND_SETTINGS=force_kvm run virt-cat -a "$image" /etc/hostname
[ "$status" = 1 ] && [ ! -s out ] || fail "forced, not tried before: exit status $status"
grep -Exq "virt-cat: force_kvm is set, but KVM cannot be used: $reason; without force_kvm emulation is used" err || fail "forced, not tried before: $(cat err)"
no_verdict

# Where the caller's time is up before emulation has shown whether KVM is to blame, a qemu that died on it is proof enough: with a
# short limit KVM would be tried each time.
if [ "$KVM_KIND" = aborts ]; then
  rm -rf "$t/cache"/*
  run virt-cat --timeout=4 -a "$image" /etc/hostname
  [ "$status" = 1 ] && [ ! -s out ] || fail "with a short limit: exit status $status"
  grep -q "(the first command on a host also makes a template; 'virt-appliance launch-time' does that without a limit): the time limit is reached" err ||
    fail "with a short limit: $(cat err)"
  verdict false "$reason"
fi
