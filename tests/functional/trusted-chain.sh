#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A guest wrote a qcow2 header into its raw disk, and that disk is the base of an overlay that does not record its format. The user's
# word on the overlay, or libvirt's, does not make the guest's header trusted: the host's file stays closed.
. "$(dirname "$0")/common.inc"
mkdir images elsewhere
printf 'the secret of another directory %04064d' 0 >elsewhere/secret
cp "$(fixture debian.img)" elsewhere/base.img
qemu-img create -q -u -f qcow2 -b "$t/elsewhere/secret" -F raw images/base.img 16M
qemu-img create -q -u -f qcow2 -b base.img -F raw images/overlay.qcow2 16M
LC_ALL=C sed -i 's/\xe2y[*]\xca/\x11y*\xca/' images/overlay.qcow2   # as old qemu-img wrote it: no format
config="or if all images of a directory have it, add the line '$t/images = FORMAT' to /etc/glovebox.conf or ~/.config/glovebox.conf"
refusal="$t/images/overlay.qcow2: $t/images/base.img: backing file $t/elsewhere/secret: lies outside the directory of $t/images/base.img; \
the format of $t/images/base.img is not recorded in the image above it; record it, as raw if it is raw (then its guest wrote this header): \
qemu-img rebase -u -F FORMAT -b base.img $t/images/overlay.qcow2; $config"
expect_error 1 "virt-cat: $refusal" virt-cat --format=qcow2 -a "$t/images/overlay.qcow2" -m /dev/sda /x

cat >node.xml <<END
<node><domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'><name>web</name><memory>65536</memory><os><type>hvm</type></os>
<devices><disk type='file'><driver name='qemu' type='qcow2'/><source file='$t/images/overlay.qcow2'/><target dev='vda'/></disk></devices>
<test:runstate>5</test:runstate></domain></node>
END
expect_error 1 "virt-cat: $refusal" virt-cat -c "test://$t/node.xml" -d web -m /dev/sda /x

# The domain's own word on the base: it is another file, and raw.
sed -i "s|<target|<backingStore type='file'><format type='raw'/><source file='$t/elsewhere/base.img'/><backingStore/></backingStore><target|" node.xml
qemu-img create -q -u -f qcow2 -b /etc/passwd -F raw images/overlay.qcow2 "$(stat -c %s elsewhere/base.img)"
expect phony.example virt-cat -c "test://$t/node.xml" -d web /etc/hostname

# Without a format in the domain the remedy is the domain's XML: -d has no --format.
sed "s| type='qcow2'||; s|<backingStore.*</backingStore>||" node.xml >guess.xml
expect_error 1 "virt-cat: $t/images/overlay.qcow2: backing file /etc/passwd: lies outside the directory of the disk; give the format of the disk \
(<driver type='FORMAT'/> in the XML of the domain web): raw if it is raw (then its guest wrote this header), qcow2 if you trust the chain; \
$config" virt-cat -c "test://$t/guess.xml" -d web -m /dev/sda /x

# Nor does disk_create record, as its own word, what the guest's header says.
if command -v guestfish >/dev/null; then
  run glovebox-run guestfish -- disk-create images/new.qcow2 qcow2 -1 backingfile:base.img
  same stderr "*stdin*:0: libguestfs: error: the backing file, whose format (backingformat) is not given: images/base.img: backing file \
$t/elsewhere/secret: lies outside the directory of the disk; give the format of the disk (tools: --format): raw if it is raw (then its guest \
wrote this header), qcow2 if you trust the chain; $config" "$t/err"
  [ ! -e images/new.qcow2 ] || fail "an image was made"
fi
