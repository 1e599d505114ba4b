#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# guestd crashes in the middle of a call, while the hypervisor lives: the call fails at once, and says what was seen.
. "$(dirname "$0")/common.inc"
image=$(fixture demo.qcow2)
limit=60
printf '#!/bin/bash\nexec %q "$@" -gdb unix:%q,server=on,wait=off\n' "$(command -v qemu-system-x86_64)" "$t/gdb" >qemu
chmod +x qemu
crash() {  # the trace tells when the tool is in the call, which takes a minute
  until grep -qs 'trace: internal_walk ' err; do sleep 0.05; done
  sleep 1
  "$here/crash-guestd.py" gdb 2>crash.err
  date +%s%N >crashed
}
crash &
LIBGUESTFS_HV=$t/qemu run virt-ls -x -lR --checksum=sha256 -a "$image" /
ended=$(date +%s%N)
wait $! || fail "guestd was not crashed: $(cat crash.err)"
[ $(((ended - $(cat crashed)) / 1000000)) -lt 10000 ] || fail "the tool ran on"
[ "$status" = 1 ] || fail "exit status $status"
same stdout "" out
same stderr "virt-ls: walk: appliance closed the connection unexpectedly.; the appliance's last words: \
glovebox init: guestd was killed by signal 11 (Segmentation fault)" \
  <(grep -v '^libguestfs: trace: ' err | sed -E 's/\[ *[0-9.]+\]/[TIME]/g; s, / \[TIME\] reboot: Power down$,,;
    s,\[TIME\] Unable to read current time from RTC / ,,')  # what an emulated boot may say
