#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A host that has too little memory: the message says so and what to do, and the template, which is not to blame, stays.
. "$(dirname "$0")/common.inc"
own_cache
image=$(fixture debian.img)
limit=60 expect phony.example virt-cat -a "$image" /etc/hostname
templates() { find "$t/cache" -type f ! -name '*.lock' ! -name verified -printf '%P %s %i\n' | sort; }
before=$(templates)
limited() { ulimit "-$1" "$2" && shift 2 && exec "$@"; }
export -f limited
short() {  # OPTION KIB: which limit, and how much
  run bash -c 'limited "$@"' - "$1" "$2" virt-cat -a "$image" /etc/hostname
  [ "$status" = 1 ] || fail "exit status $status with ulimit -$1 $2"
  same stdout "" "$t/out"
  [ "$(wc -l <err)" = 1 ] && grep -qF "$3 (this process may have $(($2 / 1024)) MiB; raise that with 'ulimit -$1')" err ||
    fail "ulimit -$1 $2: $(cat err)"
  [ "$(templates)" = "$before" ] || fail "the template was touched: $(templates)"
}
appliance="virt-cat: restore the appliance: there is not enough memory for an appliance of 1280 MiB"
short v 1000000 "$appliance"
short v 400000 "$appliance"
short d 300000 "$appliance"
short v 60000 "$appliance"
limit=10 expect phony.example virt-cat -a "$image" /etc/hostname
[ "$(templates)" = "$before" ] || fail "the template was made anew"
