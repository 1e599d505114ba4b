#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A control group with too little memory, in which the kernel kills qemu: the message says so, and the template stays.
. "$(dirname "$0")/common.inc"
[ "$(id -u)" = 0 ] || skip "needs root"
own_cache
image=$(fixture debian.img)
limit=60 expect phony.example virt-cat -a "$image" /etc/hostname
group=glovebox-test-$$
if mkdir "/sys/fs/cgroup/memory/$group" 2>/dev/null; then
  group=/sys/fs/cgroup/memory/$group most=memory.limit_in_bytes
elif mkdir "/sys/fs/cgroup/$group" 2>/dev/null && [ -e "/sys/fs/cgroup/$group/memory.max" ]; then
  group=/sys/fs/cgroup/$group most=memory.max
else
  rmdir "/sys/fs/cgroup/$group" 2>/dev/null || :
  skip "no control group for memory can be made here"
fi
cleanup() { rmdir "$group"; }
templates() { find "$t/cache" -type f ! -name '*.lock' ! -name verified -printf '%P %s %i\n' | sort; }
before=$(templates)
inside() { echo $$ >"$group/cgroup.procs" && exec "$@"; }
export -f inside
export group
short() {  # MEMORY MESSAGE COMMAND...: how much the group may have, and what is said
  local message=$2
  echo "$1" >"$group/$most"
  shift 2
  run bash -c 'inside "$@"' - "$@"
  [ "$status" = 1 ] || fail "exit status $status"
  same stdout "" out
  sed -Ei 's/^(virt-inspector): [a-z_]+:/\1: CALL:/; s/(signal 9 \(Killed\)); (the appliance|qemu).s last words: .*/\1/' err
  same stderr "$message" err
  [ "$(templates)" = "$before" ] || fail "the template was touched: $(templates)"
}
short 14M "virt-cat: restore the appliance: there is not enough memory for an appliance of 1280 MiB; free \
some, or set LIBGUESTFS_MEMSIZE to a lower value: qemu was killed by signal 9 (Killed)" virt-cat -a "$image" /etc/hostname
short 45M "virt-inspector: CALL: appliance closed the connection unexpectedly. qemu was killed by signal 9 (Killed), perhaps \
because the host or its control group ran out of memory; free some, allow the group more, or set LIBGUESTFS_MEMSIZE to a \
lower value" virt-inspector -a "$(fixture demo.qcow2)"
limit=10 expect phony.example virt-cat -a "$image" /etc/hostname
[ "$(templates)" = "$before" ] || fail "the template was made anew"
