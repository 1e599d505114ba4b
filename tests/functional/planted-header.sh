#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A guest that writes a qcow2 header into its raw disk, naming a file of the host as its base, reads nothing of it:
# probed, the file is refused for the base outside its directory; called raw, it is a blank disk.
. "$(dirname "$0")/common.inc"
image=$(fixture qcow2/planted.raw)
expect_error 1 "virt-cat: $image: backing file /etc/passwd: lies outside the directory of the disk; give the \
format of the disk (tools: --format): raw if it is raw (then its guest wrote this header), qcow2 if you trust the chain; or if all \
images of a directory have it, add the line '$(realpath "${image%/*}") = FORMAT' to /etc/glovebox.conf or ~/.config/glovebox.conf" virt-cat -a "$image" /etc/passwd
run virt-inspector --json --format=raw -a "$image"
[ "$status" = 0 ] || fail "exit status $status"
same stderr "virt-inspector: $image: no operating system was found on this disk, only /dev/sda (unknown)" "$t/err"
json 'oses == []'
