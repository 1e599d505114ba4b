#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The hypervisor dies in the middle of a call: the call fails at once, and says who or what may have done it.
. "$(dirname "$0")/common.inc"
image=$(fixture demo.qcow2)

descendants() { local child; for child in $(pgrep -P "$1"); do echo "$child"; descendants "$child"; done; }
kill_hypervisor() {  # the trace tells when the tool is in the call, which takes a minute
  local pid
  until grep -qs 'trace: internal_walk ' err; do sleep 0.05; done
  sleep 0.5
  for pid in $(descendants $$); do
    ! grep -q qemu-system "/proc/$pid/comm" 2>/dev/null || kill -KILL "$pid"
  done
}
limit=60
kill_hypervisor &
run virt-ls -x -lR --checksum=sha256 -a "$image" /
wait
[ "$status" = 1 ] || fail "exit status $status"
same stderr "virt-ls: walk: appliance closed the connection unexpectedly. qemu was killed by signal 9 (Killed), perhaps because \
the host or its control group ran out of memory; free some, allow the group more, or set LIBGUESTFS_MEMSIZE to a lower value" <(grep -v '^libguestfs: trace: ' err)
