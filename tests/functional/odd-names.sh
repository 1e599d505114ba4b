#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Names with control characters and bad UTF-8: JSON stays valid, what a terminal shows is escaped, bytes go through.
. "$(dirname "$0")/common.inc"
image=$(fixture debian-odd-names.img)
run virt-inspector --json -a "$image"
[ "$status" = 0 ] || fail "exit status $status"
json 'len(oses) == 1 and oses[0]["distro"] == "debian"'
iconv -f UTF-8 -t UTF-8 "$t/out" >/dev/null || fail "JSON is not UTF-8"
run virt-inspector -a "$image"
xmllint --noout "$t/out"
expect 'bad utf-8' virt-cat -a "$image" "/odd/"$'bad\xff\xfeutf8'
expect newline virt-cat -a "$image" "/odd/"$'two\nlines'
expect space virt-cat -a "$image" '/odd/a b, c:d "e"'
expect dash virt-cat -a "$image" /odd/-rf

# On a terminal what would steer it, or only show things otherwise than they are, is escaped; into a file bytes go as they are.
requires script debugfs
rlo=$'gpj\u202eexe'
cp "$image" turned.img
printf 'space\n' >space
printf 'cd odd\nwrite space "%s"\n' "$rlo" | debugfs -w -f - 'turned.img?offset=1048576' >said 2>&1 || fail "debugfs: $(cat said)"
run virt-ls -a turned.img /odd
grep -qx "$rlo" out || fail "a name is not there as it is"
shown=$'-rf\na b, c:d "e"\nbad\\xff\\xfeutf8\nesc\\x1b[31mred\ngpj\\xe2\\x80\\xaeexe\ntwo\\x0alines'
for how in '' '-l' '-lR' '-lR --csv' '-R --json' '-lR --json'; do
  run script -qec "virt-ls $how -a turned.img /odd" /dev/null
  [ "$status" = 0 ] || fail "virt-ls $how: exit status $status"
  tr -d '\r' <out >shown
  ! grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\x{202e}' shown || fail "virt-ls $how: raw on the terminal: $(cat -v shown)"
  ! grep -q "$rlo" shown || fail "virt-ls $how: raw on the terminal: $(cat -v shown)"
  [ -n "$how" ] || same "what the terminal shows" "$shown" shown
done
run script -qec "virt-ls -l -a turned.img /odd" /dev/null
[ "$(grep -c 'two\\x0alines.$' out)" = 1 ] || fail "virt-ls -l: $(cat -v out)"
run script -qec "virt-ls -R --json -a turned.img /odd" /dev/null
python3 -c 'import json, sys; assert sys.argv[1] in [f["path"].split("/")[-1] for f in json.load(open("out"))]' "$rlo" ||
  fail "JSON does not hold the name"
