#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A /dev/kvm that opens and does not work: found out in 5 seconds, remembered, emulation used, and all that said.
. "$(dirname "$0")/common.inc"
[ -r /dev/kvm ] && [ -w /dev/kvm ] || skip "no /dev/kvm that opens"
own_cache
real=$(command -v qemu-system-x86_64)
for way in 'exec sleep 60' 'kill -ABRT $$' 'echo "qemu: no vCPU" >&2; exit 1'; do
  rm -rf cache/* qemu
  printf '#!/bin/bash\ncase " $* " in *" kvm"*) %s ;; esac\nexec %s "$@"\n' "$way" "$real" >qemu
  chmod +x qemu
  export LIBGUESTFS_HV=$t/qemu
  limit=25
  took=()
  for _ in first again; do
    started=$(date +%s%N)
    run virt-appliance check --json
    took+=($((($(date +%s%N) - started) / 1000000)))
    python3 - <<'END'
import json
accelerator = next(c for c in json.load(open("out"))["checks"] if c["name"] == "accelerator")
assert accelerator["detail"].startswith("tcg: /dev/kvm opens, but"), accelerator
END
  done
  [ -n "$(find cache -name kvm-verdict.json)" ] || fail "the verdict was not remembered"
  # 4.5 s are meant; the rest is two boots on a machine that may be busy. Without a deadline it were 60.
  [ $((took[0] - took[1])) -lt 15000 ] || fail "finding out took too long: ${took[*]} ms"
done
