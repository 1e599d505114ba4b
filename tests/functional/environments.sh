#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What stands in for containers, CI runners and hardened hosts: in each of these environments a tool answers, and
# `virt-appliance check` names each layer that is missing, and why. The test makes them itself.
. "$(dirname "$0")/common.inc"
[ "$(id -u)" = 0 ] || skip "needs root, to make the environments"
own_cache
image=$(fixture debian.img)
top=$(cd "$here/../.." && pwd)
restricted=$build/tests/restricted
chmod 0755 "$t"
chmod 1777 "$TMPDIR" cache
limit=60
slow="starting without a template, which takes some seconds"

# in_environment NAME: the text of a script, which ends with `"$@"`, becomes the environment NAME.
in_environment() { { echo '#!/bin/bash -e'; cat; } >"$1" && chmod +x "$1"; }
export top restricted t
docker_capabilities=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw
docker_capabilities+=,+sys_chroot,+mknod,+audit_write,+setfcap
export docker_capabilities

in_environment plain <<<'exec "$@"'
in_environment user <<<'NOBODY=1234567 exec "$top/scripts/as-nobody" "$top" "$@"  # nobody in /etc/passwd'
in_environment user-namespaces-off <<<'NOBODY=1234567 exec "$top/scripts/as-nobody" "$top" "$restricted" no-user-namespaces "$@"'
in_environment no-capabilities <<<'exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"'
in_environment container <<<'exec setpriv --bounding-set="$docker_capabilities" --inh-caps=-all "$restricted" container "$@"'
in_environment old-container <<<'exec setpriv --bounding-set="$docker_capabilities" --inh-caps=-all "$restricted" old-container "$@"'
in_environment container-no-capabilities <<<'exec setpriv --bounding-set=-all --inh-caps=-all "$restricted" container "$@"'
in_environment container-user <<<'export HOME=/; NOBODY=1234567 exec "$top/scripts/as-nobody" "$top" "$restricted" container "$@"'
in_environment umask-077 <<<'umask 077; exec "$@"'
in_environment small-dev-shm <<<'exec unshare --mount bash -ec "mount -t tmpfs -o size=64k tmpfs /dev/shm; exec \"\$@\"" - "$@"'
in_environment no-dev-kvm <<'END_OF_SCRIPT'
exec unshare --mount bash -ec '
  mount -t tmpfs -o mode=0755 tmpfs /mnt
  for name in null zero full random urandom tty; do touch /mnt/$name; mount --bind /dev/$name /mnt/$name; done
  ln -s /proc/self/fd /mnt/fd
  mount --rbind /mnt /dev
  exec "$@"' - "$@"
END_OF_SCRIPT
in_environment no-home <<'END_OF_SCRIPT'
exec unshare --mount bash -ec 'mount -t tmpfs tmpfs /var/tmp; unset HOME XDG_CACHE_HOME LIBGUESTFS_CACHEDIR; exec "$@"' - "$@"
END_OF_SCRIPT
in_environment read-only-root <<'END_OF_SCRIPT'
exec unshare --mount bash -ec '
  findmnt -rno TARGET | grep -Ev "^/(proc|sys|dev)(/|$)" | while read -r target; do mount -o remount,bind,ro "$target" 2>/dev/null || :; done
  mount -t tmpfs tmpfs "$TMPDIR"
  ! touch /run/file /var/file "$t/file" 2>/dev/null
  exec "$@"' - "$@"
END_OF_SCRIPT
in_environment rootless-container <<'END_OF_SCRIPT'
unshare --user sleep 600 &  # holds the user namespace that the rest enters
trap 'kill $!; wait $! 2>/dev/null || :' EXIT
until [ "$(readlink /proc/$!/ns/user)" != "$(readlink /proc/self/ns/user)" ]; do sleep 0.05; done
echo 0 100000 65536 >/proc/$!/uid_map
echo 0 100000 65536 >/proc/$!/gid_map
nsenter --user --target $! unshare --mount bash -ec '
  export LIBGUESTFS_CACHEDIR=$TMPDIR/../cache-rootless
  mount -t tmpfs tmpfs "$LIBGUESTFS_CACHEDIR"
  exec "$@"' - "$@"
END_OF_SCRIPT
mkdir -m 0777 cache-rootless

# missing_in ENVIRONMENT: "NAME: REASON" of each layer that check finds missing there.
missing_in() {
  run "./$1" virt-appliance check --json
  [ "$(tr -d '\n' <err)" = "${warning:-}" ] || fail "$1: $(cat err)"
  python3 -c '
import json, sys
for check in json.load(open("out"))["checks"]:
    if check["group"] == "confinement" and not check["ok"]:
        print(check["name"] + ": " + check["detail"])
    if check["group"] == "guest" and not check["ok"]:
        print("launch: " + check["detail"])'
}

# works ENVIRONMENT [MISSING...]: a tool answers there, and these layers, and those that this host lacks, are missing.
works() {
  local name=$1
  shift
  run "./$name" virt-cat -a "$image" /etc/hostname
  [ "$status" = 0 ] || fail "$name: exit status $status"
  same "stdout in $name" phony.example out
  same "stderr in $name" "${tool_warning:-}" err
  missing_in "$name" >missing
  diff -u --label "expected in $name" --label "missing in $name" <(printf '%s\n' "$@" | cat - lacking | sed '/^$/d' | sort -u) <(sort missing) >&2 ||
    fail "$name: other layers are missing"
}
: >lacking
missing_in plain >found
cp found lacking

refused() { for layer in pid mount network ipc uts; do echo "$layer-namespace: the host does not allow it: $1"; done; }
mapfile -t no_namespaces < <(refused "Operation not permitted (a container without CAP_SYS_ADMIN, or user namespaces are switched off)")
no_user="plain-user: without a mount namespace another user could not reach the template"
works plain
works user
works umask-077
works small-dev-shm
works no-dev-kvm
works no-home
works read-only-root  # and starts from the template that is there
mkdir -m 0700 empty
LIBGUESTFS_CACHEDIR=$t/empty tool_warning="virt-cat: cache directory $t/empty/glovebox-0: Read-only file system; $slow" \
  warning="virt-appliance: cache directory $t/empty/glovebox-0: Read-only file system; $slow" works read-only-root
works rootless-container
works user-namespaces-off "${no_namespaces[@]}"
works no-capabilities "mount-namespace: no file can be created in a user namespace without a mapped user: /proc/self/uid_map: Operation not permitted" \
  "plain-user: root without CAP_SETUID cannot become another user"
works container "${no_namespaces[@]}" "$no_user"
works container-no-capabilities "${no_namespaces[@]}" "$no_user"
works old-container "${no_namespaces[@]}" "$no_user" \
  "landlock: refused by an outer system call filter (a container's seccomp profile)"
works container-user "${no_namespaces[@]}"
