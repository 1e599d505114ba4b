#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Root's qemu and passt run as users that nobody else is, each run's another; a process of `nobody`, as many services are,
# or of a neighbouring user can take nothing from them.
. "$(dirname "$0")/common.inc"
[ "$(id -u)" = 0 ] || skip "needs root"
requires passt
image=$(fixture debian.img)
limit=60
chmod 0755 "$t"
install -m 0755 "$build/tests/confinement-outsider" outsider
cat >look <<'END_OF_LOOK'
#!/bin/bash
# Run by guestfish: prints who qemu and passt below it are, attacks them, and starts a second one that does the same.
set -eu
fish=$PPID
[ "$(ps -o comm= -p $fish)" = guestfish ] || fish=$(ps -o ppid= -p $fish | tr -d " ")
passt=$(pgrep -P "$fish" passt)
qemu=$(pgrep -f -P "$(pgrep -d, -P "$fish" supervisor)" qemu-system)
disk=$(ls -l "/proc/$qemu/fd" | sed -n "s|.* \([0-9]*\) -> $image\$|\1|p" | head -n 1)
for pid in $qemu $passt; do
  read -r uid gid <<<"$(ps -o uid=,gid= -p "$pid")"
  [ "$uid" = "$gid" ] || echo "user $uid has group $gid"
  echo "user $uid"
  for other in 65534 $((uid - 1)) $((uid + 1)); do
    setpriv --reuid=$other --regid=$other --clear-groups ./outsider "$pid" "${disk:-0}" | grep -v " refused$" | grep -vx end || :
  done
done
[ -n "${second:-}" ] || second=1 glovebox-run guestfish --network --ro -a "$image" -f commands
END_OF_LOOK
chmod +x look
printf 'run\n!./look\n' >commands
export image
run glovebox-run guestfish --network --ro -a "$image" -f commands
same stderr "" err
[ "$status" = 0 ] || fail "exit status $status"
[ "$(grep -c '^user ' out)" = 4 ] && [ "$(wc -l <out)" = 4 ] || fail "$(cat out)"
[ "$(sort -u out | wc -l)" = 4 ] || fail "a user is shared: $(cat out)"
while read -r _ uid; do
  [ "$uid" -ge 60706 ] && [ "$uid" != 65534 ] || fail "user $uid may be somebody's"
  ! getent passwd "$uid" || fail "user $uid has an account"
done <out
