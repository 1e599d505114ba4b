#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Links in a guest lead to places in the guest: loops end, `..` stops at its root, nothing of the host is read.
. "$(dirname "$0")/common.inc"
image=$(fixture debian-symlink-loop.img)
run virt-inspector --json -a "$image"
json 'len(oses) == 1 and "hostname" not in oses[0]'
expect_error 1 "virt-cat: download: /etc/loop: Too many levels of symbolic links" virt-cat -a "$image" /etc/loop
expect "$(printf '%s\n' debian_version fstab hostname loop os-release os-release-2 self)" \
  virt-ls -a "$image" /etc/self/self/self

image=$(fixture debian-dot-dot.img)
expect_json 'oses[0]["product_name"] == "Debian GNU/Linux 12 (bookworm)" and oses[0]["distro"] == "debian"' \
  virt-inspector --json -a "$image"
expect_error 1 "virt-cat: download: /etc/escape: No such file or directory" virt-cat -a "$image" /etc/escape
expect_error 1 "virt-cat: download: /etc/proc-link: No such file or directory" virt-cat -a "$image" /etc/proc-link
expect phony.example virt-cat -a "$image" /../../etc/hostname
