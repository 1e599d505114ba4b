#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Calls that do not end well: the hypervisor is killed in them, they are cancelled, a message is too long, the host's disk is full.
. "$(dirname "$0")/../functional/common.inc"
image=$(fixture gpt-ext4-fat.img)
bad_days=$build/tests/capi_bad_days
limit=30
for verb in killed-in-launch killed-in-call killed-in-plugging killed-in-upload killed-in-download killed-in-shutdown cancelled called-back \
    forked-after-create; do
  expect "" "$bad_days" "$verb" "$image"
done
cp --sparse=always "$image" own.img
expect "" "$bad_days" killed-between-calls own.img

run "$bad_days" oversized "$image"
[ "$status" = 0 ] || fail "oversized: $(cat "$t/err")"
same stderr "mkdir: message of 5242924 bytes is larger than the protocol's limit of 4194304 bytes
setxattr: message of 5242952 bytes is larger than the protocol's limit of 4194304 bytes
pwrite: message of 5242948 bytes is larger than the protocol's limit of 4194304 bytes
pread: /large: count is too large for the protocol, use smaller reads" "$t/err"

unshare -rm true 2>/dev/null || skip "no user namespaces here"
on_small_disk() {  # a disk of the host with room for the image as it is, and 4 MiB more
  unshare -rm bash -c 'mount -t tmpfs -o size=8m tmpfs small && cp --sparse=always "$1" small/own.img && exec "$2" host-full small/own.img' \
    - "$image" "$bad_days"
}
export -f on_small_disk
export image bad_days
mkdir small
run bash -c on_small_disk
[ "$status" = 0 ] || fail "host-full: $(cat "$t/err")"
why="on the host: write of small/own.img: No space left on device"
lost="$why: not everything written since then is in the image"
same stdout "sync: /: Input/output error ($why)
remove_drive: $lost
remove_drive: $lost
shutdown: $lost" "$t/out"
