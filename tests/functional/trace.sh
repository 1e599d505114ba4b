#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# -x shows each call that the tool makes and what came back, on stderr, in libguestfs's words; stdout stays the answer,
# internal_start with its entropy is never shown, and no name drives the terminal.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
begin="libguestfs: trace: add_drive \"$image\" \"readonly:true\"
libguestfs: trace: add_drive = 0
libguestfs: trace: launch
libguestfs: trace: launch = 0
libguestfs: trace: mount_ro \"/dev/sda1\" \"/\"
libguestfs: trace: mount_ro = 0"
end="libguestfs: trace: shutdown
libguestfs: trace: shutdown = 0
libguestfs: trace: close"

run virt-ls -x -a "$image" -m /dev/sda1 /usr
same stderr "$begin
libguestfs: trace: ls \"/usr\"
libguestfs: trace: ls = [\"bin\", \"share\"]
$end" "$t/err"
same stdout "bin
share" "$t/out"
[ "$status" = 0 ] || fail "exit status $status"

expect_error 1 "$begin
libguestfs: trace: ls \"/\\x1b[31m\"
libguestfs: trace: ls = NULL (error)
virt-ls: ls: opendir: /\\x1b[31m: No such file or directory
$end" virt-ls -x -a "$image" -m /dev/sda1 $'/\e[31m'
