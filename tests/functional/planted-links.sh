#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# copy-out never writes through links on the host that an earlier copy has put there; the user's own name may be a link.
. "$(dirname "$0")/common.inc"
requires debugfs mke2fs guestfish
mkdir -p host first/sub second/{dir,sub/dir}
echo untouched >host/file
echo new | tee second/{file,dir/file,sub/dir/file,sub/file} >/dev/null
ln -s "$t/host" first/dir
ln -s "$t/host/file" first/file
mkfifo first/pipe
echo new >second/pipe
ln -s "$t/host" first/sub/dir
ln -s ../../host/file first/sub/file
for image in first second; do
  truncate -s 16M $image.img
  mke2fs -q -t ext4 -F -d $image $image.img
done
unharmed() { same host/file untouched host/file; [ "$(ls host)" = file ] || fail "in host: $(ls host)"; }
limit=20
copy_out() { run glovebox-run guestfish --ro -a "$1".img -m /dev/sda -- copy-out "${@:2}"; }
mkdir real
ln -s real copied
copy_out first / copied
[ "$status" = 0 ] && [ -L real/dir ] && [ -L real/file ] && [ -p real/pipe ] && [ -L real/sub/dir ] || fail "$(ls -lR real)"

for name in dir:"symbolic link, not a directory" file:"symbolic link, not a regular file" pipe:"FIFO, not a regular file"; do
  copy_out second "/${name%%:*}" copied
  same stderr "*stdin*:0: libguestfs: error: copy_out: copied/${name%%:*} is a ${name#*:}" "$t/err"
  [ "$status" = 1 ] || fail "exit status $status"
done
unharmed
copy_out second /sub copied
same stderr "" "$t/err"
[ "$(cat real/sub/dir/file real/sub/file)" = "new
new" ] || fail "$(ls -lR real)"
copy_out second / copied
same stderr "" "$t/err"
[ "$(cat real/dir/file real/file real/pipe)" = "new
new
new" ] || fail "$(ls -lR real)"
unharmed
run glovebox-run guestfish --ro -a second.img -m /dev/sda -- copy-out /sub/.. copied
same stderr "*stdin*:0: libguestfs: error: copy_out: /sub/.. does not end in a name" "$t/err"
