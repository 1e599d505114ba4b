#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A template made under emulation on a host whose TSC has another rate, as one baked into a container's image: its clones'
# clocks go as fast as the host's.
. "$(dirname "$0")/common.inc"
own_cache
image=$(fixture debian.img)
limit=60
run virt-appliance check --json
! grep -q '"detail": "kvm: ' out || export LIBGUESTFS_BACKEND_SETTINGS=force_tcg  # this is about emulation
now='date +%s.%N'
cat >commands <<END_OF_COMMANDS
run
!$now
debug sh "$now"
!$now; sleep 4; $now
debug sh "$now"
!$now
END_OF_COMMANDS

# rate ARGUMENTS: how fast the guest's clock goes, at least and at most, with these for its kernel.
rate() {
  run env LIBGUESTFS_APPEND="$1" glovebox-run guestfish --ro -a "$image" -f commands
  same stderr "" err
  python3 -c '
before, guest, after, before2, guest2, after2 = (float(line) for line in open("out") if line.strip())
print((guest2 - guest) / (after2 - before), (guest2 - guest) / (before2 - after))'
}
holds() { python3 -c 'import sys; least, most = map(float, sys.argv[1].split()); sys.exit(not eval(sys.argv[2]))' "$1" "$2" || fail "$3: $1"; }

wrong="tsc_early_khz=1000000"  # 1 GHz, as no real host has, told to the kernel while the template boots
rate "$wrong" >made
rate "$wrong" >rates
holds "$(cat rates)" "least < 1.02 and most > 0.98" "the clock of a clone is wrong"
# What is told to the kernel matters: a clock of the TSC goes wrong with it.
rate "$wrong clocksource=tsc" >rates
holds "$(cat rates)" "least > 1.2" "the rate has no effect"
