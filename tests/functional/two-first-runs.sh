#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two first runs at once, template cold: both answer, one template is made.
. "$(dirname "$0")/common.inc"
own_cache
limit=60
image=$(fixture debian.img)
"$here/watch.py" 60 complaints.1 virt-cat -a "$image" /etc/hostname >out.1 2>err.1 &
"$here/watch.py" 60 complaints.2 virt-cat -a "$image" /etc/os-release >out.2 2>err.2 &
wait -n && wait -n || fail "one failed: $(cat err.1 err.2)"
same "first answer" phony.example out.1
grep -q ^ID=debian out.2 || fail "second answer: $(cat out.2)"
same "stderr" "" err.1
same "stderr" "" err.2
[ ! -s complaints.1 ] && [ ! -s complaints.2 ] || fail "$(cat complaints.?)"
run virt-appliance info --json
python3 -c 'import json; assert len(json.load(open("out"))["caches"][0]["templates"]) == 1' || fail "more than one template"
expect phony.example virt-cat -a "$image" /etc/hostname
