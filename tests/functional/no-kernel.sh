#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No kernel that could be read: when the appliance is built, and when it is used. Each time it is said what to do.
. "$(dirname "$0")/common.inc"
[ "$(id -u)" != 0 ] || skip "root may read any kernel"
unshare -rm true 2>/dev/null || skip "no user namespaces here"
release=$(basename "$(ls -d /lib/modules/*-amd64 | head -n1)")
with_boot() {  # a /boot of its own, with somebody else's file of mode 0600 as the kernel, or without any
  unshare -rm bash -c 'mount -t tmpfs tmpfs /boot || exit 99
    [ -z "$1" ] || { touch "/boot/$1" && mount --bind /etc/shadow "/boot/$1" || exit 99; }
    shift; exec "$@"' - "$@"
}
export -f with_boot
build_without() {  # KERNEL MESSAGE
  expect_error 1 "virt-appliance: building the appliance in $t/appliance
build-appliance: $2
virt-appliance: building the appliance failed: $build/libexec/glovebox/build-appliance exited with status 1" \
    bash -c 'with_boot "$@"' - "$1" virt-appliance build --output "$t/appliance"
}
kernel=vmlinuz-$release
build_without "$kernel" "/boot/$kernel is not readable by you: run this as root, or once 'sudo chmod 0644 /boot/$kernel'"
build_without "" "no generic kernel with modules in /boot and /lib/modules: install linux-image-amd64"
[ ! -e appliance/appliance.json ] || fail "half an appliance was left"

image=$(fixture debian.img)
mkdir used
ln -s "$build"/share/glovebox/{appliance.json,initrd,root} used/
LIBGUESTFS_PATH=$t/used expect_error 1 "virt-cat: $t/used/kernel: No such file or directory" virt-cat -a "$image" /etc/fstab
install -m 0000 /dev/null used/kernel
LIBGUESTFS_PATH=$t/used expect_error 1 "virt-cat: $t/used/kernel: Permission denied" virt-cat -a "$image" /etc/fstab
