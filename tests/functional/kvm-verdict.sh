#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A remembered verdict on KVM that is not ours to believe: other types, no JSON, a pipe that nobody writes to, another
# user's. Each is looked past, KVM is tried, and what came of it replaces the file.
. "$(dirname "$0")/common.inc"
. "$here/kvm.inc"
image=$(fixture debian.img)
stand_in aborts
mine=cache/glovebox-$(id -u)
verdict=$mine/kvm-verdict.json
limit=60
run virt-cat -a "$image" /etc/hostname
good=$(cat "$verdict")
limit=10
tried() {  # YES|NO: whether this run tries KVM
  run virt-cat -a "$image" /etc/hostname
  [ "$status" = 0 ] || fail "exit status $status"
  [ "$(grep -c 'KVM is not used' err)" = "$([ "$1" = YES ] && echo 1 || echo 0)" ] || fail "tried: not $1: $(cat err)"
}
tried NO
plant() { rm -f "$verdict"; python3 -c 'import json, sys; d = json.loads(sys.argv[1]); exec(sys.argv[2]); print(json.dumps(d))' "$good" "$1" >"$verdict"; }
plant 'd["works"] = "yes"'; tried YES
plant 'd["situation"] += "x"'; tried YES
plant 'd["reason"] = ["works"]'; tried YES
plant 'del d["checked"]'; tried YES
plant 'd = [d]'; tried YES
rm "$verdict"; mkfifo "$verdict"; tried YES
[ -f "$verdict" ] || fail "the pipe is still there"
tried NO

# Where nothing can be remembered, that is said, once, although two machines are started.
run env LIBGUESTFS_CACHEDIR="$t/missing" virt-cat -a "$image" /etc/hostname
[ "$status" = 0 ] || fail "exit status $status"
same stdout phony.example out
same "stderr without a cache" "virt-cat: cache directory $t/missing/glovebox-$(id -u): No such file or directory; starting without a \
template, which takes some seconds
virt-cat: KVM is not used: /dev/kvm opens, but the appliance does not run on it: start the appliance: HOW; using emulation, this time" \
  <(sed -E 's/qemu (was killed by signal 6 .Aborted.|exited with status 134)/HOW/' err)
