#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A user who may start few processes: the error says which limit it was and how to raise it, wherever it is met, and not
# that memory is short.
. "$(dirname "$0")/common.inc"
[ "$(id -u)" = 0 ] || skip "needs root, to be a user whose only processes are this test's"
own_cache
image=$(fixture debian.img)
top=$(cd "$here/../.." && pwd)
export NOBODY=61234
chmod 0755 "$t"
chmod 1777 "$TMPDIR"
chown $NOBODY cache
limited() { ulimit -u "$1" && shift && exec "$@"; }
export -f limited
short() {  # PROCESSES MESSAGE: how many, and what is said up to the advice
  run "$top/scripts/as-nobody" "$top" bash -c 'limited "$@"' - "$1" "$build/bin/virt-cat" -a "$image" /etc/hostname
  [ "$status" = 1 ] || fail "exit status $status with $1 processes"
  same stdout "" out
  sed -Ei 's/: qemu was killed by signal .*; qemu.s last words: (.*): /: HOW: \1: /' err
  local advice="(this user may have $1 processes and threads; raise that with 'ulimit -u', or what the control group may have)"
  same stderr "virt-cat: ${2/ADVICE/$advice}" err
}
short 1 "$build/libexec/glovebox/supervisor: Resource temporarily unavailable ADVICE"
short 2 "cannot start qemu: cannot start a process: Resource temporarily unavailable ADVICE"
short 3 "a thread for the appliance's console: Resource temporarily unavailable ADVICE"
short 5 "boot the template: an appliance needs more threads than this user may start ADVICE: HOW: qemu: qemu_thread_create: Resource \
temporarily unavailable"
