#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A network for those who ask for one: programs of the guest reach what the host reaches, but not the host's own 127.0.0.1;
# a host without passt, or without a network, says so.
. "$(dirname "$0")/common.inc"
image=$(fixture demo.qcow2)
export LIBGUESTFS_BACKEND_SETTINGS=run_guest_programs
server=
cleanup() { [ -z "$server" ] || kill "$server"; }
limit=60

# Greets whoever connects, on the address by which others reach this host and on 127.0.0.1 alone.
python3 - >ports <<'END' &
import select, socket, sys
def listener(address):
    found = socket.socket()
    found.bind((address, 0))
    found.listen()
    return found
try:
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    probe.connect(("192.0.2.1", 9))
    sockets = [listener(probe.getsockname()[0]), listener("127.0.0.1")]
except OSError:
    sys.exit("no network here")
print(*sockets[0].getsockname(), sockets[1].getsockname()[1], flush=True)
while True:
    for ready in select.select(sockets, [], [])[0]:
        connection = ready.accept()[0]
        connection.sendall(b"greetings\n")
        connection.close()
END
server=$!
for _ in $(seq 100); do [ ! -s ports ] && kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
read -r address port local_port <ports || { server=; skip "the machine has no network"; }

greeted() { printf "exec 3<>/dev/tcp/%s/%s && cat <&3" "$1" "$2"; }
run glovebox-run guestfish --network --ro -a "$image" -i -- command "bash -c '$(greeted "$address" "$port")'" : \
  sh "cat /etc/resolv.conf; cat /sys/class/net/eth0/address" : \
  -command "timeout 3 bash -c '$(greeted 169.254.2.2 "$local_port")'" : -command "bash -c '$(greeted 127.0.0.1 "$local_port")'"
same stdout "greetings

nameserver 169.254.2.3
52:56:00:00:00:02
" out
[ "$status" = 0 ] || fail "exit status $status"
[ "$(grep -c "libguestfs: error: command: " err)" = 2 ] || fail "127.0.0.1 of the host was reached: $(cat err)"

# A resolver that is a link to what only a running guest has is covered, too, and stays what it was.
qemu-img create -q -f qcow2 -F qcow2 -b "$image" own.qcow2
run glovebox-run guestfish --network --format=qcow2 -a own.qcow2 -m /dev/vg0/root -- rm /etc/resolv.conf : \
  ln-s ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf : sh "cat /etc/resolv.conf" : readlink /etc/resolv.conf
same stdout "nameserver 169.254.2.3

../run/systemd/resolve/stub-resolv.conf" out
[ "$status" = 0 ] || fail "exit status $status"

# Nobody who did not ask has one.
run glovebox-run guestfish --ro -a "$image" -i -- command "bash -c '$(greeted "$address" "$port")'"
[ "$status" = 1 ] || fail "exit status $status"
grep -q "Network is unreachable" err || fail "$(cat err)"

# passt that cannot do its work.
mkdir bin
printf '#!/bin/sh\necho "No external routable interface" >&2\nexit 1\n' >bin/passt
chmod +x bin/passt
PATH=$t/bin:$PATH expect_error 1 "*stdin*:0: libguestfs: error: the appliance has no network: passt exited with status 1: No external \
routable interface" glovebox-run guestfish --network --ro -a "$image" run

# No passt.
rm bin/passt
for program in qemu-system-x86_64 guestfish sh bash env; do ln -s "$(command -v $program)" bin/; done
expect_error 1 "*stdin*:0: libguestfs: error: the appliance's network needs passt, which is not in PATH; install \
it (Debian: 'apt install passt', Fedora: 'dnf install passt')" env PATH="$build/bin:$t/bin" glovebox-run guestfish --network --ro -a "$image" run
