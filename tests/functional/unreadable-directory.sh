#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A directory and a file that are damaged: what walks a tree names them, fails, and still tells of the rest where it prints one thing after the other.
. "$(dirname "$0")/common.inc"
requires debugfs mke2fs guestfish
mkdir -p tree/{a,bad,c}
for d in a bad c; do echo x >tree/$d/file; done
truncate -s 16M disk.img
mke2fs -q -t ext4 -F -O ^metadata_csum -d tree disk.img
echo 'sif /bad block[0] 0' | debugfs -w -f - disk.img >said 2>&1  # no more the magic of an extent tree
echo 'sif /c/file mode 0' | debugfs -w -f - disk.img >said 2>&1  # no file is of that type
reason='Structure needs cleaning'

run virt-ls -R -a disk.img -m /dev/sda /
same stderr "virt-ls: /bad: $reason
virt-ls: /c/file: $reason" "$t/err"
same stdout "$(printf '%s\n' a a/file bad c c/file lost+found)" "$t/out"
[ "$status" = 1 ] || fail "exit status $status"
run virt-ls -lR -a disk.img -m /dev/sda /a / /a
same stderr "virt-ls: /bad: $reason
virt-ls: /c/file: $reason" "$t/err"
[ "$(grep -c /a/file "$t/out")" = 3 ] || fail "$(cat "$t/out")"
[ "$status" = 1 ] || fail "exit status $status"
fish() { run glovebox-run guestfish --rw -a disk.img -m /dev/sda -- "$@"; }
for call in "find /" "find0 / names" "du /" "checksums-out md5 / sums" "cpio-out / all.cpio"; do
  fish $call
  name=${call%% *}
  same stderr "*stdin*:0: libguestfs: error: ${name//-/_}: /bad: $reason (and 1 more)" "$t/err"
  [ "$status" = 1 ] || fail "$call: exit status $status"
done
for call in "tar-out / all.tar" "mksquashfs / all.squashfs" "cp-r /bad /copy" "copy-out / ."; do
  fish $call
  [ "$status" = 1 ] || fail "$call: exit status $status"
  grep -qE "bad|c/file" "$t/err" || fail "$call: $(cat "$t/err")"
done
