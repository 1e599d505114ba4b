#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A plugin of somebody else that crashes, hangs, allocates without end, answers nonsense, cannot be loaded, in the sealed
# machine: it costs its own findings, and the report says so.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
misbehaves() {  # NUMBER WHERE WHAT, each a regular expression
  run virt-inspector --json --plugin "$build/tests/plugins/hostile-$1.so" -a "$image"
  # One that cannot even be loaded was asked for in vain.
  case $2 in plugin*) wanted=1 ;; *) wanted=0 ;; esac
  [ "$status" = "$wanted" ] || fail "hostile-$1: exit status $status"
  [ "$(wc -l <err)" = 1 ] && grep -qxE "virt-inspector: $image: $2: ($3)" err || fail "hostile-$1: $(cat err)"
  json 'len(oses) == 1 and oses[0]["hostname"] == "phony.example" and len(oses[0]["applications"]) == 2'
  json "len(problems) == 1 and problems[0]['where'] == '$2'"
}
hung="it did not reply in time and was stopped"
misbehaves 1 "/dev/sda1: plugin hostile-1" 'its process was killed by signal 11 \(Segmentation fault\)'  # crashes
misbehaves 2 "/dev/sda1: plugin hostile-2" "$hung"
# Allocates: it meets its limit or the machine's, or its time is up, whichever comes first.
misbehaves 3 "/dev/sda1: plugin hostile-3" "its process was killed by signal (9 \(Killed\)|11 \(Segmentation fault\))|$hung"
misbehaves 4 "/dev/sda1: plugin hostile-4" "its reply is invalid: role [0-9]+ does not exist"
misbehaves 5 "/dev/sda1: plugin hostile-5" "it failed with -5"
misbehaves 6 "plugin hostile-6.so" "it is built for version 2 of the plugin interface, this is version 1: rebuild it against \
this plugin.h"
misbehaves 8 "plugin hostile-8.so" "its process exited with status 7"
misbehaves 9 "/dev/sda1: plugin hostile-9" "$hung"  # spins

# One that kills all that it may: nobody else is hurt, neither by its constructor nor by its code.
for number in 12 13; do
  run virt-inspector --json --plugin "$build/tests/plugins/hostile-$number.so" -a "$image"
  [ "$status" = 0 ] || fail "hostile-$number: exit status $status"
  json 'len(oses) == 1 and oses[0]["hostname"] == "phony.example" and len(oses[0]["applications"]) == 2 and problems == []'
done

# One that behaves is asked as those of the appliance are.
run virt-inspector --json --plugin "$build/tests/plugins/hostile-10.so" -a "$image"
json 'oses[0]["name"] == "mine" and problems == []'
echo "no shared object" >text.so
run virt-inspector --json --plugin "$t/text.so" -a "$image"
[ "$status" = 1 ] || fail "text.so: exit status $status"
same stderr "virt-inspector: $image: plugin text.so: text.so: file too short" "$t/err"
json 'len(oses) == 1 and problems == [{"where": "plugin text.so", "what": "text.so: file too short"}]'
