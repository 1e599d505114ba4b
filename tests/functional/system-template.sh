#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A template that root made for all users: another user's first run starts from it, makes none, and cannot change it. One
# that is not root's is not believed.
. "$(dirname "$0")/common.inc"
[ "$(id -u)" = 0 ] || skip "needs root"
image=$(fixture debian.img)
top=$(cd "$here/../.." && pwd)
system=/var/lib/glovebox
if [ -z "${INSIDE:-}" ]; then  # in a mount namespace, so that the machine's own is left alone
  made=
  [ -d $system ] || { mkdir $system; made=1; }
  status=0
  chmod 0755 "$t" "$TMPDIR"  # the inner test works in here, and so does the other user
  INSIDE=1 unshare --mount --propagation private "$here/${0##*/}" || status=$?
  [ -z "$made" ] || rmdir $system
  exit $status
fi
mount -t tmpfs -o mode=0755 tmpfs $system
cp -a "$build/share/glovebox" $system/appliance  # so that only the quick part is built
limit=200
umask 077  # a hardened root's: the other users reach what is made for them all the same
run virt-appliance build --system
umask 022
[ "$status" = 0 ] || fail "virt-appliance build --system: exit status $status"
export LIBGUESTFS_PATH=$system/appliance LIBGUESTFS_CACHEDIR=$t/theirs
chmod 0755 "$t"
chmod 1777 "$TMPDIR"
install -d -m 0700 -o nobody theirs
digest() { find $system/templates -type f ! -name '*.lock' | sort | xargs sha256sum; }
before=$(digest)
[ "$(find $system/templates -name ram | wc -l)" = 1 ] || fail "no template: $(find $system)"
as_nobody() { "$top/scripts/as-nobody" "$top" "$@"; }
limit=10
expect phony.example "$top/scripts/as-nobody" "$top" "$build/bin/virt-cat" -a "$image" /etc/hostname
[ -z "$(find theirs -name ram)" ] || fail "a template was made beside the system's"
[ "$(digest)" = "$before" ] || fail "the system's template has changed"
! as_nobody bash -c "echo x >>$system/templates/*/ram" 2>/dev/null || fail "another user can write it"

chown nobody $system/templates
limit=60
expect phony.example "$top/scripts/as-nobody" "$top" "$build/bin/virt-cat" -a "$image" /etc/hostname
[ -n "$(find theirs -name ram)" ] || fail "a template that is not root's was used"
