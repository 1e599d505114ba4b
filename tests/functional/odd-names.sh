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
