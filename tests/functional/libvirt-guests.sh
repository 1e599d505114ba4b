#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# -d takes the disks that libvirt names, in order with those of -a, and says which disk of which guest it cannot take. Programs
# that are not asked for a guest do without libvirt.
. "$(dirname "$0")/common.inc"
uri=test://$(fixture libvirt.xml)
debian=$(fixture debian.img)
other=$(fixture gpt-ext4-fat.img)
expect phony.example virt-cat -c "$uri" -d debian /etc/hostname
expect phony.example virt-cat --connect "$uri" --domain 0a1b2c3d-0005-4000-8000-000000000000 /etc/hostname
expect phony.example virt-cat -c "$uri" running /etc/hostname
expect_json 'report["source"] == "volume" and oses[0]["hostname"] == "phony.example"' virt-inspector --json -c "$uri" -d volume
expect "hello" virt-cat -a "$debian" -c "$uri" -d several -m /dev/sdb1 /hello.txt
expect "hello" virt-cat -c "$uri" -d several -a "$debian" -m /dev/sda1 /hello.txt

expect_error 1 "virt-cat: no libvirt domain called ‘nobody’: Domain not found (\`virsh -c $uri list --all\` shows those there are)" \
  virt-cat -c "$uri" -d nobody /etc/hostname
expect_error 1 "virt-cat: nobody: there is no such file; as a libvirt guest: no libvirt domain called ‘nobody’: Domain not found (\`virsh -c $uri list --all\` shows those there are)" \
  virt-cat -c "$uri" nobody /etc/hostname
expect_error 1 "virt-cat: libvirt domain ‘diskless’: it has no disks" virt-cat -c "$uri" -d diskless /etc/hostname
expect_error 1 "virt-cat: libvirt domain ‘missing’: $build/fixtures/no-such-disk.img: No such file or directory" virt-cat -c "$uri" -d missing /etc/hostname
expect_error 1 "virt-cat: libvirt domain ‘network’: disk vda: this is a disk over rbd (pool/image), which is not supported yet; files, block devices and volumes are" \
  virt-cat -c "$uri" -d network /etc/hostname
expect_error 1 "virt-cat: libvirt domain ‘lost-volume’: disk vdb: volume ‘lost’ of the libvirt pool ‘images’: Storage volume not found: no storage vol with matching name 'lost'" \
  virt-cat -c "$uri" -d lost-volume /etc/hostname
expect_error 1 "virt-cat: libvirt domain ‘lost-pool’: disk vdb: no libvirt pool called ‘nowhere’: Storage pool not found: no storage pool with matching name 'nowhere'" \
  virt-cat -c "$uri" -d lost-pool /etc/hostname
expect_error 1 "virt-cat: -d: the name of the guest is empty" virt-cat -c "$uri" -d "" /etc/hostname
expect_error 1 "virt-cat: could not connect to libvirt at its default URI (code 27, domain 12): XML error: failed to parse xml document '/nothing-here.xml' \
(I/O warning : failed to load external entity \"/nothing-here.xml\")" \
  env LIBVIRT_DEFAULT_URI=test:///nothing-here.xml virt-cat -d debian /etc/hostname

! ldd "$build/bin/virt-cat" "$build/lib/guestfs/libguestfs.so.0" | grep -q libvirt || fail "libvirt is always loaded"
