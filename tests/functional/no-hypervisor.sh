#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# qemu is missing: said at once, with the package to install.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
LIBGUESTFS_HV=/nonexistent/qemu expect_error 1 \
  "virt-cat: the hypervisor /nonexistent/qemu (LIBGUESTFS_HV) cannot be used: No such file or directory" \
  virt-cat -a "$image" /etc/fstab
expect_error 1 "virt-cat: qemu-system-x86_64 is not in PATH; install it (Debian: 'apt install \
qemu-system-x86', Fedora: 'dnf install qemu-kvm') or set LIBGUESTFS_HV to another qemu" env PATH=/nonexistent "$build/bin/virt-cat" -a "$image" /etc/fstab
