#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The image of a running guest: a qemu process holds its lock and writes to it. A file system that looks damaged is
# looked at again in a new appliance, three times in all; then it is read without its journal, and that is said.
. "$(dirname "$0")/common.inc"
requires qemu-system-x86_64 debugfs
part=$((1 << 20))
dd if="$(fixture debian.img)" of=part bs=1M skip=1 count=16 status=none
head -c 65536 /dev/urandom >bytes
printf 'jo\njw -b 8200,8264 bytes\njc\n' | debugfs -w -f - part >said 2>&1 || fail "debugfs: $(cat said)"
debugfs -R stats part 2>/dev/null | grep -q needs_recovery || fail "the journal is clean: $(cat said)"
block=$(debugfs -R 'bmap <8> 0' part 2>/dev/null)
dd if=part bs=1K skip="$block" count=1 of=journal status=none
cp "$(fixture debian.img)" disk.img
dd if=part of=disk.img bs=1M seek=1 conv=notrunc status=none

mkfifo orders
qemu-system-x86_64 -accel tcg -m 32 -nodefaults -display none -monitor stdio \
  -drive if=none,id=disk,file=disk.img,format=raw -device virtio-blk-pci,drive=disk <orders >monitor 2>&1 &
writer=$!
exec 3>orders
cleanup() { exec 3>&-; kill -KILL "$writer" 2>/dev/null; wait; }
write() {  # HOW OFFSET: a KiB, and back when it is in the file
  local before
  before=$(grep -c 'wrote 1024/1024' monitor) || :
  echo "qemu-io disk \"write $1 $2 1k\"" >&3
  for _ in $(seq 100); do [ "$(grep -c 'wrote 1024/1024' monitor)" = "$before" ] || return 0; sleep 0.05; done
  fail "the writer does not write: $(tail -n1 monitor)"
}
damage() { write '-P 0' $((part + block * 1024)); }
repair() { write '-s journal' $((part + block * 1024)); }

# Whole, and written to all the time outside of the file system.
write '-P 5' 17M
said=$(qemu-io -f raw -c 'write 0 512' disk.img 2>&1) || :
[[ $said = *'Failed to get "write" lock'* ]] || fail "the writer holds no lock: $said"
(while sleep 0.05; do echo 'qemu-io disk "write -P 5 17M 512k"'; done) >&3 &
noise=$!
expect phony.example virt-cat -a disk.img /etc/hostname
expect_json 'len(oses) == 1 and problems == []' virt-inspector --json -a disk.img
kill "$noise"

# Damaged at the first look and whole at the next: nothing is said. The trace shows when to mend it, and the launches.
for tool in 'virt-cat -x -m /dev/sda1' 'virt-cat -x' 'virt-inspector -x --json'; do
  damage
  rm -f err
  (until grep -qs 'trace: shutdown$' err; do sleep 0.01; done; repair) &
  file=/etc/hostname
  [[ $tool != virt-inspector* ]] || file=
  run $tool -a disk.img $file
  wait $!
  [ "$status" = 0 ] || fail "$tool: exit status $status"
  [[ $tool = virt-inspector* ]] || same stdout phony.example out
  [[ $tool != virt-inspector* ]] || json 'len(oses[0]["applications"]) == 2 and problems == []'
  same "what is no trace" "" <(grep -v '^libguestfs: trace: ' err)
  launches=$(grep -c 'trace: launch$' err)
  [ "$launches" = 2 ] || [ "$launches" = 3 ] || fail "$tool: $launches launches"
done

# Damaged at every look.
damage
reason="wrong fs type (ext4), bad option or bad superblock on /dev/sda1"
in_use="another process is writing to this disk, and three inspections found damage"
unreplayed="mounted without replaying its journal"
for mount in '' '-m /dev/sda1'; do
  run virt-cat -a disk.img $mount /etc/hostname
  same stdout phony.example out
  same stderr "virt-cat: mount_ro: /dev/sda1 on / (options: 'ro'): $reason; $in_use, so it was $unreplayed: the newest \
changes may be missing" err
  [ "$status" = 0 ] || fail "exit status $status"
done
run virt-inspector --json -a disk.img
missing="$unreplayed, so the newest changes may be missing: $reason"
only="$in_use: it may only be data that is still being written"
json 'len(oses) == 1 and oses[0]["hostname"] == "phony.example" and len(oses[0]["applications"]) == 2'
json "problems == [{'where': '/dev/sda1', 'what': '$missing'}, {'where': \"the guest's disks\", 'what': '$only'}]"
same stderr "virt-inspector: disk.img: /dev/sda1: $missing
virt-inspector: disk.img: the guest's disks: $only" err
[ "$status" = 0 ] || fail "exit status $status"
kill -0 "$writer" || fail "the writer was disturbed"

# Nobody writes: it stays damaged, so it is looked at once, and who wants to read it all the same says so.
exec 3>&-
kill -KILL "$writer"
wait
expect_error 1 "virt-cat: mount_ro: /dev/sda1 on / (options: 'ro'): $reason" virt-cat -a disk.img /etc/hostname
expect phony.example virt-cat -a disk.img -m /dev/sda1:/:ro,noload /etc/hostname
