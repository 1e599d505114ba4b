#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Cache directories that cannot hold a template (somebody else's, read-only, a file) or that others could change (open
# to all, a link): the tool works without a template and says why, and puts nothing there.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
limit=30
mine=glovebox-$(id -u)
slow="starting without a template, which takes some seconds"
refused() {  # DIRECTORY REASON
  LIBGUESTFS_CACHEDIR=$1 run virt-cat -a "$image" /etc/hostname
  same stderr "virt-cat: cache directory $1/$mine$2; $slow" "$t/err"
  same stdout phony.example "$t/out"
  [ "$status" = 0 ] || fail "exit status $status"
}
if [ "$(id -u)" != 0 ]; then  # root may write anywhere
  refused /usr/share ": Permission denied"
  mkdir -m 0500 readonly
  refused "$t/readonly" ": Permission denied"
fi
refused "$t/no/such" ": No such file or directory"
[ ! -e no ] || fail "the directory of a mistyped name was made"
touch file
refused "$t/file" ": Not a directory"
mkdir -p "open/$mine" && chmod 0777 "open/$mine"
refused "$t/open" " can be written by other users; set LIBGUESTFS_CACHEDIR to a directory that you own"
mkdir link && mkdir -m 0700 elsewhere && ln -s ../elsewhere "link/$mine"
refused "$t/link" " is not a directory; set LIBGUESTFS_CACHEDIR to a directory that you own"
[ -z "$(find elsewhere "open/$mine" -mindepth 1)" ] || fail "something was put there"

# The user's own cache home is made, as its specification wants it, and the template in it.
unset LIBGUESTFS_CACHEDIR
limit=60 XDG_CACHE_HOME=$t/my expect phony.example virt-cat -a "$image" /etc/hostname
[ "$(stat -c %a my my/glovebox | tr '\n' ' ')" = "700 700 " ] || fail "$(stat -c '%a %n' my my/*)"
find my/glovebox -name ram | grep -q . || fail "no template was made"

# A relative name, and the directory that it starts from has been deleted.
gone() { mkdir gone && cd gone && rmdir "$PWD" && exec "$@"; }
export -f gone
LIBGUESTFS_CACHEDIR=rel expect_error 1 "virt-cat: cache directory rel/$mine is relative to the current directory, which is \
gone: No such file or directory; set LIBGUESTFS_CACHEDIR to an absolute path" bash -c 'gone "$@"' - virt-cat -a "$image" /etc/hostname
