#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A guest in a LUKS container: without a key it is told, never passed over; with one it is a guest like any other.
. "$(dirname "$0")/common.inc"
image=$(fixture encrypted-partition.img)
disk=$(fixture encrypted-disk.img)
uuid=0a1b2c3d-00e1-4000-8000-000000000000
closed="it is encrypted (LUKS) and was not opened, so its contents are not known"
printf 'key file\n' >key

# Without a key and without a terminal.
for drive in "$image:/dev/sda2:, only /dev/sda1 (ext4)" "$disk:/dev/sda:"; do
  IFS=: read -r drive device rest <<<"$drive"
  run virt-inspector --json --format=raw -a "$drive"
  [ "$status" = 0 ] || fail "exit status $status"
  json "oses == [] and problems == [{'where': '$device', 'what': '$closed'}]"
  same stderr "virt-inspector: $drive: $device: $closed
virt-inspector: $drive: no operating system was found on this disk$rest" "$t/err"
done
run virt-cat -a "$image" /etc/hostname
[ "$status" = 1 ] || fail "exit status $status"
same stderr "virt-cat: /dev/sda2: $closed
virt-cat: no operating system was found on this disk, only /dev/sda1 (ext4)

To read files without an operating system being recognised, say what to mount:
  -m DEVICE[:DIRECTORY]
\`virt-inspector\` shows what was found and what could not be read.
Give the key of an encrypted disk with --key." "$t/err"

# With one: by device, by UUID, for all, from a file with its newline, from stdin, inside of -m.
expect_json 'oses[0]["mountpoints"] == [{"dev": "/dev/hidden/root", "path": "/"}] and len(oses[0]["applications"]) == 2' \
  virt-inspector --json --key /dev/sda2:key:secret -a "$image"
expect_json "oses[0]['root'] == '/dev/mapper/luks-$uuid' and len(oses[0]['applications']) == 2 and problems == []" \
  virt-inspector --json --key "$uuid:key:secret" --format=raw -a "$disk"
expect phony.example virt-cat --key /dev/vda2:key:secret -a "$image" /etc/hostname
expect phony.example virt-cat --key "all:file:$t/key" -a "$image" /etc/hostname
expect phony.example virt-cat --key all:key:wrong --key "$uuid:key:secret" -a "$image" /etc/hostname
expect phony.example virt-cat --key all:key:secret -m /dev/hidden/root -a "$image" /etc/hostname
expect phony.example bash -c 'printf "secret\nnot read" | virt-cat --keys-from-stdin -a "$0" /etc/hostname' "$image"

# With one in capitals; with one for something else, which is said.
expect phony.example virt-cat --key "${uuid^^}:key:secret" -a "$image" /etc/hostname
unnamed="none of the given keys is for this disk, which is /dev/sda2 or $uuid"
run virt-inspector --json --key /dev/sdb1:key:secret -a "$image"
[ "$status" = 0 ] || fail "exit status $status"
json "oses == [] and problems == [{'where': '/dev/sda2', 'what': '$closed; $unnamed'}]"
run virt-cat --key "${uuid/0a/0b}:key:secret" -a "$image" /etc/hostname
[ "$status" = 1 ] || fail "exit status $status"
same "first line of stderr" "virt-cat: /dev/sda2: $closed; $unnamed" <(head -n 1 err)
run virt-cat --key /dev/sdb1:key:secret -m /dev/hidden/root -a "$image" /etc/hostname
[ "$status" = 1 ] || fail "exit status $status"
same "last line of stderr" "virt-cat: /dev/sda2: it is encrypted (LUKS) and was not opened, so its contents cannot be mounted; $unnamed" <(tail -n 1 err)

# With none that fits.
expect_error 1 "virt-cat: could not find key to open LUKS encrypted /dev/sda2.
Try using --key on the command line.
Original error: cryptsetup_open: /dev/sda2: No key available with this passphrase." \
  virt-cat --key all:key:wrong -a "$image" /etc/hostname
expect_error 1 "virt-cat: could not read a key for /dev/sda2 from standard input: there are no more lines" \
  virt-cat --keys-from-stdin -a "$image" /etc/hostname
expect_error 1 "virt-cat: $t/gone: No such file or directory" \
  virt-cat --key "all:file:$t/gone" -a "$image" /etc/hostname

# On a terminal it is asked for, and does not show; an empty answer leaves the disk closed.
expect 'Enter key or passphrase ("/dev/sda2"): 
phony.example' "$here/on-terminal.py" secret virt-cat -a "$image" /etc/hostname
expect 'Enter key or passphrase ("/dev/sda2"): secret
phony.example' "$here/on-terminal.py" secret virt-cat --echo-keys -a "$image" /etc/hostname
run "$here/on-terminal.py" '' virt-cat -a "$image" /etc/hostname
[ "$status" = 1 ] || fail "exit status $status"
grep -qxF "virt-cat: /dev/sda2: $closed" out || fail "$(cat out)"

# Stopped at the question and brought back: the shell has its terminal, and the question is asked again, unseen.
ln -s "$image" mine.img
stopped() {  # WHAT-SHOWS-OF-CTRL-Z WHAT-SHOWS-OF-THE-ANSWER WHETHER-THE-QUESTION-ECHOES COMMAND
  run "$here/stopped-on-terminal.py" secret "$4"
  same "the terminal" "shell\$ $4
Enter key or passphrase (\"/dev/sda2\"): $1
[1]+  Stopped                 $4
shell\$ fg
$4
Enter key or passphrase (\"/dev/sda2\"): $2
phony.example
shell\$ exit
exit
echo: shell True, question $3" "$t/out"
}
stopped "" "" False "virt-cat -a mine.img /etc/hostname"
stopped "^Z" secret True "virt-cat --echo-keys -a mine.img /etc/hostname"
