// SPDX-License-Identifier: GPL-2.0-or-later
//
// hot_plug IMAGE: drives that come and go while the appliance runs. IMAGE is a guest's disk that is only read; the others
// are made in the current directory.
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "hello.h"

static guestfs_h *g;

static void check_devices(const char *expected) {
  check_list(guestfs_list_devices(g), expected);
}

static void make_disk(const char *path, off_t size) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  CHECK(fd >= 0 && ftruncate(fd, size) == 0 && close(fd) == 0);
}

static int add(const char *path, const char *label, int readonly) {
  return guestfs_add_drive_opts(g, path, GUESTFS_ADD_DRIVE_OPTS_LABEL, label, GUESTFS_ADD_DRIVE_OPTS_READONLY, readonly,
                                GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", -1);
}

// Whether somebody has the disk open for writing: then no other handle may write to it.
static int is_taken(const char *path) {
  guestfs_h *other = guestfs_create();
  CHECK(other);
  guestfs_set_error_handler(other, NULL, NULL);
  CHECK(guestfs_add_drive_opts(other, path, GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", -1) == 0);
  const int launched = guestfs_launch(other) == 0;
  if (!launched)
    CHECK(strstr(guestfs_last_error(other), "has this image open for writing"));
  guestfs_close(other);
  return !launched;
}

static void before_the_launch(const char *image) {
  CHECK(add(image, "first", 1) == 0);
  CHECK(add("one.img", "gone", 0) == 0);
  CHECK(guestfs_remove_drive(g, "gone") == 0);
  FAILS(guestfs_remove_drive(g, "gone"), "remove_drive: there is no drive with the label 'gone'", 0);
  char left[512];
  CHECK(snprintf(left, sizeof left, "%s readonly format=raw protocol=file label=first", image) < (int)sizeof left);
  check_list(guestfs_debug_drives(g), left);
}

// A disk that comes is written to, and goes: what was written is on it, and it is free for others.
static void write_to_a_new_disk(void) {
  CHECK(add("one.img", "one", 0) == 0);
  check_devices("/dev/sda /dev/sdb");
  CHECK(is_taken("one.img"));
  CHECK(guestfs_part_disk(g, "/dev/disk/guestfs/one", "mbr") == 0);
  CHECK(guestfs_mkfs(g, "ext4", "/dev/disk/guestfs/one1") == 0);
  CHECK(guestfs_mount(g, "/dev/sdb1", "/") == 0);
  CHECK(guestfs_write(g, "/written", "by a hot-plugged disk", 21) == 0);
  FAILS(guestfs_remove_drive(g, "one"), "remove_drive: /dev/sdb1 is mounted on /: unmount it first", EBUSY);
  char *text = guestfs_cat(g, "/written");
  CHECK_TEXT(text, "by a hot-plugged disk");
  free(text);
  CHECK(guestfs_umount(g, "/") == 0);
  CHECK(guestfs_remove_drive(g, "one") == 0);
  check_devices("/dev/sda");
  FAILS(guestfs_mount(g, "/dev/sdb1", "/"), "mount: /dev/sdb1: No such file or directory", ENOENT);
  FAILS(guestfs_remove_drive(g, "one"), "remove_drive: there is no drive with the label 'one'", 0);
  CHECK(!is_taken("one.img"));
}

// Names that became free are given again, others stay.
static void names_stay(void) {
  CHECK(add("two.img", "two", 0) == 0);
  CHECK(add("one.img", "one", 1) == 0);
  check_devices("/dev/sda /dev/sdb /dev/sdc");
  CHECK(guestfs_remove_drive(g, "two") == 0);
  check_devices("/dev/sda /dev/sdc");
  check_list(guestfs_list_partitions(g), "/dev/sda1 /dev/sda2 /dev/sdc1");
  CHECK(guestfs_remove_drive(g, "first") == 0);
  check_devices("/dev/sdc");
  CHECK(guestfs_nr_devices(g) == 1);
  CHECK(guestfs_device_index(g, "/dev/sdc") == 2);
  CHECK(guestfs_mount_ro(g, "/dev/disk/guestfs/one1", "/") == 0);
  char *text = guestfs_cat(g, "/written");
  CHECK_TEXT(text, "by a hot-plugged disk");
  free(text);
  CHECK(guestfs_umount(g, "/") == 0);
  // The label's link leads to its new place, too.
  CHECK(add("two.img", "two", 0) == 0);
  check_devices("/dev/sda /dev/sdc");
  CHECK(guestfs_blockdev_getsize64(g, "/dev/disk/guestfs/two") == 32 << 20);
  CHECK(guestfs_blockdev_getsize64(g, "/dev/sda") == 32 << 20);
  CHECK(guestfs_remove_drive(g, "one") == 0);
  CHECK(guestfs_remove_drive(g, "two") == 0);
  check_devices("");
}

// What is made of a drive keeps it until that is let go.
static void volumes_hold_it(void) {
  CHECK(add("two.img", "two", 0) == 0);
  CHECK(guestfs_pvcreate(g, "/dev/sda") == 0);
  char *volumes[] = {"/dev/sda", NULL};
  CHECK(guestfs_vgcreate(g, "group", volumes) == 0);
  CHECK(guestfs_lvcreate(g, "volume", "group", 8) == 0);
  FAILS(guestfs_remove_drive(g, "two"),
        "remove_drive: /dev/sda is a part of /dev/group/volume: deactivate or close that first", EBUSY);
  CHECK(guestfs_vg_activate_all(g, 0) == 0);
  CHECK(guestfs_remove_drive(g, "two") == 0);
  check_list(guestfs_lvs(g), "");
  // It comes back at another place, with what is on it.
  CHECK(add("one.img", "one", 1) == 0);
  CHECK(add("two.img", "two", 0) == 0);
  check_list(guestfs_pvs(g), "/dev/sdb");
  check_list(guestfs_lvs(g), "/dev/group/volume");
  CHECK(guestfs_vg_activate_all(g, 1) == 0);
  CHECK(guestfs_vg_activate_all(g, 0) == 0);
  CHECK(guestfs_remove_drive(g, "two") == 0);
  CHECK(guestfs_remove_drive(g, "one") == 0);
}

// What is refused leaves nothing behind.
static void refusals(const char *image) {
  FAILS(guestfs_add_drive(g, "one.img"), "add_drive: a drive that is added after the launch needs a label", 0);
  FAILS(add("missing.img", "one", 0), "missing.img: No such file or directory", ENOENT);
  CHECK(add("one.img", "one", 0) == 0);
  FAILS(add("two.img", "one", 0), "add_drive: there is a drive with the label 'one' already", 0);
  check_devices("/dev/sda");
  CHECK(guestfs_remove_drive(g, "one") == 0);
  CHECK(guestfs_add_drive_scratch(g, 1 << 20, GUESTFS_ADD_DRIVE_SCRATCH_LABEL, "scratch", -1) == 0);
  CHECK(guestfs_blockdev_getsize64(g, "/dev/sda") == 1 << 20);
  CHECK(add(image, "guest", 1) == 0);
  CHECK(guestfs_mount_ro(g, "/dev/sdb1", "/") == 0);
  check_hello(g);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  make_disk("one.img", 64 << 20);
  make_disk("two.img", 32 << 20);
  g = guestfs_create();
  CHECK(g);
  guestfs_set_error_handler(g, NULL, NULL);
  before_the_launch(argv[1]);
  CHECK(guestfs_launch(g) == 0);
  check_devices("/dev/sda");
  write_to_a_new_disk();
  names_stay();
  volumes_hold_it();
  refusals(argv[1]);
  CHECK(guestfs_shutdown(g) == 0);
  guestfs_close(g);
  return 0;
}
