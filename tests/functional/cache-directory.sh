#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Cache directories that cannot hold a template: of somebody else, open to others, a link, read-only, not a directory.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
limit=30
with_cache() { LIBGUESTFS_CACHEDIR=$1 run virt-cat -a "$image" /etc/hostname; }
with_cache /usr/share
same x "" "$t/err"
mkdir -m 0777 open && chmod 0777 open
with_cache "$t/open"
same x "" "$t/err"
mkdir -m 0700 real && ln -s real link
with_cache "$t/link"
same x "" "$t/err"
mkdir -m 0500 readonly
with_cache "$t/readonly"
same x "" "$t/err"
touch file
with_cache "$t/file"
same x "" "$t/err"
