run
mkfs ext4 /dev/sda
mount /dev/sda /
write /q "a\nb\tc\x7f\\d\"e\r\a\b\v\f\xe9\x1b"
touch "/new\nlibguestfs: trace: line"
ls /
setxattr user.a "b c\n" 4 /q
pread /q 10 1
