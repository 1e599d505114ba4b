#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# An initial ramdisk as distributions make it: microcode first, not compressed, then the rest. Every archive is read.
. "$(dirname "$0")/common.inc"
requires guestfish cpio gzip zstd
pack() { (cd "$1" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc); }
mkdir -p early/kernel rest/etc
printf 'microcode\n' >early/kernel/x86
printf 'file\n' >rest/etc/file
pack early >microcode
{ cat microcode; pack rest | gzip; } >gz
{ cat microcode; head -c 3000 /dev/zero; pack rest | zstd -q; } >zst
{ cat microcode; echo this is no archive; } >damaged
limit=30
cat >script <<'END'
mount /dev/sda1 /
copy-in gz zst damaged /
initrd-list /gz
initrd-cat /gz kernel/x86
initrd-cat /gz etc/file
initrd-list /zst
initrd-cat /zst etc/file
-initrd-list /damaged
END
run glovebox-run guestfish -N fs -f script
[ "$status" = 0 ] || fail "$(cat "$t/err")"
same stdout "kernel
kernel/x86
etc
etc/file
microcode
file
kernel
kernel/x86
etc
etc/file
file" "$t/out"
same stderr "script:8: libguestfs: error: initrd_list: /damaged: cpio: premature end of archive" "$t/err"
