# SPDX-License-Identifier: GPL-2.0-or-later
# What scripts do with a new disk: partitions, volumes, file systems, files in and out.
run
part-init /dev/sda gpt
part-add /dev/sda p 2048 34815
part-add /dev/sda p 34816 -2048
part-set-name /dev/sda 1 first
part-get-name /dev/sda 1
part-list /dev/sda
pvcreate /dev/sda2
vgcreate VG /dev/sda2
lvcreate LV VG 24
lvs
mkfs ext4 /dev/sda1 label:FISH
mkfs ext2 /dev/VG/LV
list-filesystems
mount /dev/sda1 /
mkdir-p /a/b
mkdir /lv
mount /dev/VG/LV /lv
!printf 'one\ntwo\n' >local
upload local /a/b/local
upload -<<END /a/heredoc
a line
 another
END
write /a/written "tab\tand\x41"
chmod 0600 /a/written
ln-s b/local /a/link
cp /a/b/local /lv/copied
!mkdir -p tree/sub && printf x >tree/sub/x && tar -C tree -cf tree.tar sub
tar-in tree.tar /lv
copy-in tree /a
glob checksum md5 /a/w*
-glob cat /none*
-rmdir /a
find /
download /a/b/local back
!cat back && rm back
tar-out /lv out.tar excludes:lost+found
!tar -tf out.tar | sort
copy-out /a/b .
!cat b/local
cat /a/heredoc
stat /a/written | grep -E 'size|mode'
df-h | grep -c LV
umount-all
mountpoints
