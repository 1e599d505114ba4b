#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# qemu is missing: said at once, with the package to install. What was chosen cannot be run, or is no qemu: said by name.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
LIBGUESTFS_HV=/nonexistent/qemu expect_error 1 \
  "virt-cat: the hypervisor /nonexistent/qemu (LIBGUESTFS_HV) cannot be used: No such file or directory" \
  virt-cat -a "$image" /etc/fstab
expect_error 1 "virt-cat: qemu-system-x86_64 is not in PATH; install it (Debian: 'apt install \
qemu-system-x86', Fedora: 'dnf install qemu-kvm') or set LIBGUESTFS_HV to another qemu" env PATH=/nonexistent "$build/bin/virt-cat" -a "$image" /etc/fstab
for it in "/etc/passwd:Permission denied" "/etc:Is a directory" "/dev/null:Permission denied"; do
  LIBGUESTFS_HV=${it%%:*} expect_error 1 "virt-cat: the hypervisor ${it%%:*} (LIBGUESTFS_HV) cannot be used: ${it#*:}" \
    virt-cat -a "$image" /etc/fstab
done
LIBGUESTFS_HV=/usr/bin/true expect_error 1 "virt-cat: boot the template: /usr/bin/true exited with status 0; starting \
without a template, which takes some seconds
virt-cat: start the appliance: /usr/bin/true exited with status 0" virt-cat -a "$image" /etc/fstab
