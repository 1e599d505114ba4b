#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# qemu is missing: said at once, with the package to install.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
LIBGUESTFS_HV=/nonexistent/qemu expect_error 1 "x" virt-cat -a "$image" /etc/fstab
mkdir bin
ln -s "$(command -v python3)" "$(command -v virt-cat)" bin/
PATH=$t/bin expect_error 1 "x" virt-cat -a "$image" /etc/fstab
