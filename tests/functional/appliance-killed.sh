#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The hypervisor dies in the middle of a call: the call fails at once, and says who or what may have done it.
. "$(dirname "$0")/common.inc"
image=$(fixture demo.qcow2)

descendants() { local child; for child in $(pgrep -P "$1"); do echo "$child"; descendants "$child"; done; }
kill_hypervisor() {  # after a second the tool is in the call, which takes a minute
  local pid
  sleep 1
  for pid in $(descendants $$); do
    ! grep -q qemu-system "/proc/$pid/comm" 2>/dev/null || kill -KILL "$pid"
  done
}
kill_hypervisor &
run virt-ls -lR --checksum=sha256 -a "$image" /
wait
[ "$status" = 1 ] || fail "exit status $status"
sed -i 's/^virt-ls: inspect:/virt-ls: walk:/' "$t/err"  # on a busy machine it has not come further
same stderr "virt-ls: walk: appliance closed the connection unexpectedly. qemu was killed by signal 9 (Killed), perhaps because \
the host or its control group ran out of memory; free some, allow the group more, or set LIBGUESTFS_MEMSIZE to fewer MiB" "$t/err"
