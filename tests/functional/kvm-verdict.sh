#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A remembered verdict on KVM that is not ours to believe: other types, no JSON, a pipe that nobody writes to, another user's.
# Each is looked past and replaced by a probe's.
. "$(dirname "$0")/common.inc"
[ -r /dev/kvm ] && [ -w /dev/kvm ] || skip "no /dev/kvm that opens"
own_cache
image=$(fixture debian.img)
# It starts nothing: the launch after the probe fails at once, and what is known of KVM has been told by then.
printf '#!/bin/bash\ncase " $* " in *" kvm"*) echo probed >>%q; echo "no vCPU" >&2 ;; esac\nexit 1\n' "$t/probes" >qemu
chmod +x qemu
export LIBGUESTFS_HV=$t/qemu
mine=cache/glovebox-$(id -u)
verdict=$mine/kvm-verdict.json
runs() {  # PROBES: emulation is chosen after this many probes
  : >probes
  run virt-cat -v -a "$image" /etc/hostname
  same "the accelerator" "accelerator tcg: /dev/kvm opens, but qemu exited with status 1 on it (no vCPU)" \
    <(grep '^accelerator ' err)
  [ "$(wc -l <probes)" = "$1" ] || fail "$(wc -l <probes) probes instead of $1"
}
runs 1
runs 0
good=$(cat "$verdict")
plant() { rm -f "$verdict"; python3 -c 'import json, sys; d = json.loads(sys.argv[1]); exec(sys.argv[2]); print(json.dumps(d))' "$good" "$1" >"$verdict"; }
plant 'd["works"] = "yes"'; runs 1
plant 'd["works"] = True; d["situation"] += "x"'; runs 1
plant 'd["works"] = True; d["reason"] = ["works"]'; runs 1
plant 'd = [d]'; runs 1
rm "$verdict"; mkfifo "$verdict"; runs 1
[ -f "$verdict" ] || fail "the pipe is still there"
if [ "$(id -u)" = 0 ]; then  # what another user can write is not read at all
  plant 'd["works"] = True'
  chown nobody "$mine"
  runs 1
fi
