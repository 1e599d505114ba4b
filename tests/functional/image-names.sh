#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Images whose names qemu's own option syntax would take apart.
. "$(dirname "$0")/common.inc"
base=$(fixture debian.img)
for name in 'with space' 'comma,comma,,format=qcow2' 'colon:file:nbd:x' $'new\nline' 'json:{}' '-a' 'ä' "quote'\"" 'a%b$(c)\d'; do
  cp "$base" "./$name"
  expect phony.example virt-cat -a "./$name" /etc/hostname
done
# A bare name that looks like a URI or JSON is still a file's name when the file is there.
expect_json 'report["source"] == "colon:file:nbd:x"' virt-inspector --json -a 'colon:file:nbd:x'
expect_json 'report["source"] == "json:{}"' virt-inspector --json -a 'json:{}'
