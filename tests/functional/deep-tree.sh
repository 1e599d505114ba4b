#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# 500 directories in one another, far below the longest path that a system call takes: everything that walks a tree sees them all.
. "$(dirname "$0")/common.inc"
requires debugfs mke2fs guestfish
depth=500 name=nested-directory-xx
echo x >content
truncate -s 64M deep.img
mke2fs -q -t ext4 -F -N 8192 deep.img
{
  echo 'mkdir top'; echo 'cd top'
  for ((i = 0; i < depth; i++)); do printf 'mkdir %s\ncd %s\n' $name $name; done
  echo "write content bottom"
} | debugfs -w -f - deep.img >"$t/err" 2>&1
# Each path a line, and the length of the longest one: the file at the bottom.
shape() { awk -v skip="$1" '{ n = length($0) - skip; if (n > longest) longest = n } END { print NR, longest }' "$t/out"; }
bottom=$((depth * (${#name} + 1) + 7))  # "/nested.../nested.../bottom"

limit=60
run virt-ls -R -a deep.img -m /dev/sda /top
same stderr "" "$t/err"
same "virt-ls -R" "$((depth + 1)) $bottom" <(shape 0)
run virt-ls -lR -a deep.img -m /dev/sda /top
same stderr "" "$t/err"
same "virt-ls -lR" "$((depth + 2)) $((bottom + 4))" <(shape 18)
run virt-ls -lR --json -a deep.img -m /dev/sda /top
[ "$(grep -c '"path"' "$t/out")" = $((depth + 2)) ] || fail "virt-ls --json"

fish() { run glovebox-run guestfish --rw -a deep.img -m /dev/sda -- "$@"; }
fish find /top
same stderr "" "$t/err"
same find "$((depth + 1)) $bottom" <(shape 0)
fish find0 /top names : checksums-out md5 /top sums : du /top : tar-out /top top.tar
same stderr "" "$t/err"
[ "$(tr '\0' '\n' <names | awk '{ n = length($0) } END { print NR, n }')" = "$((depth + 1)) $bottom" ] || fail find0
[ "$(wc -l <sums)" = 1 ] || fail "checksums-out: $(wc -l <sums)"
[ "$(cat "$t/out")" -ge $depth ] || fail "du: $(cat "$t/out")"
[ "$(tar -tf top.tar | wc -l)" = $((depth + 2)) ] || fail "tar-out"
mkdir copied
fish copy-out /top copied
same stderr "" "$t/err"
[ "$(find copied -type d | wc -l)" = $((depth + 2)) ] || fail "copy-out: $(find copied -type d | wc -l) directories"
[ "$(find copied -name bottom -size +0 | wc -l)" = 1 ] || fail "copy-out"
# Programs that take each file by a path of its own cannot pack it, and say so.
fish cpio-out /top top.cpio
[ "$status" = 1 ] || fail "cpio-out: exit status $status"
fish mksquashfs /top top.squashfs
[ "$status" = 1 ] || fail "mksquashfs: exit status $status"
fish rm-rf /top : find /
same stderr "" "$t/err"
same "rm-rf" lost+found "$t/out"
