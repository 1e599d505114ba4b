// SPDX-License-Identifier: GPL-2.0-or-later
//
// drives: what a drive is to the others of its handle and to the host. The disks are made in the current directory.
// drives no-discard: the current directory is on a file system without holes.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hello.h"

enum { kMiB = 1 << 20, kDisk = 256 * kMiB };

static guestfs_h *g;

static void make_disk(const char *path) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  CHECK(fd >= 0 && ftruncate(fd, kDisk) == 0 && close(fd) == 0);
}

static void create(void) {
  g = guestfs_create();
  CHECK(g);
  guestfs_set_error_handler(g, NULL, NULL);
}

static int add(const char *path, const char *label, const char *format, const char *discard) {
  return guestfs_add_drive_opts(g, path, GUESTFS_ADD_DRIVE_OPTS_FORMAT, format, GUESTFS_ADD_DRIVE_OPTS_LABEL, label,
                                GUESTFS_ADD_DRIVE_OPTS_DISCARD, discard, -1);
}

static int add_raw(const char *path, const char *label) { return add(path, label, "raw", "disable"); }

static void finish(void) {
  CHECK(guestfs_shutdown(g) == 0);
  guestfs_close(g);
}

static void check_written(const char *device) {
  CHECK(guestfs_mount(g, device, "/") == 0);
  char *text = guestfs_cat(g, "/written");
  CHECK_TEXT(text, "on both");
  free(text);
  CHECK(guestfs_umount(g, "/") == 0);
}

// Each device of a file system is listed; the guest on them is one.
static void listed_twice_found_once(void) {
  check_list(guestfs_list_filesystems(g), "/dev/sda btrfs /dev/sdb btrfs");
  check_list(guestfs_inspect_os(g), "/dev/sda");
}

// A file system of two disks is mounted by each of them, although nobody has looked at the other before.
static void btrfs_of_two_disks(void) {
  make_disk("one.img");
  make_disk("two.img");
  create();
  CHECK(add_raw("one.img", "one") == 0 && add_raw("two.img", "two") == 0 && guestfs_launch(g) == 0);
  char *both[] = {"/dev/sda", "/dev/sdb", NULL};
  CHECK(guestfs_mkfs_btrfs(g, both, -1) == 0);
  CHECK(guestfs_mount(g, "/dev/sda", "/") == 0 && guestfs_write(g, "/written", "on both", 7) == 0);
  CHECK(guestfs_mkdir(g, "/etc") == 0 && guestfs_mkdir(g, "/bin") == 0 && guestfs_mkdir(g, "/usr") == 0);
  CHECK(guestfs_write(g, "/etc/fstab", "", 0) == 0 && guestfs_write(g, "/etc/debian_version", "12.5\n", 5) == 0);
  FAILS(guestfs_remove_drive(g, "two"),
        "remove_drive: /dev/sdb is a part of the file system mounted on /: unmount it first", EBUSY);
  CHECK(guestfs_umount(g, "/") == 0);
  // Plugged in again, the kernel has to be told of both anew.
  CHECK(guestfs_remove_drive(g, "one") == 0 && guestfs_remove_drive(g, "two") == 0);
  CHECK(add_raw("one.img", "one") == 0 && add_raw("two.img", "two") == 0);
  check_written("/dev/disk/guestfs/two");
  finish();
  for (int member = 0; member < 2; ++member) {
    create();
    CHECK(add_raw("one.img", "one") == 0 && add_raw("two.img", "two") == 0 && guestfs_launch(g) == 0);
    check_written(member ? "/dev/sdb" : "/dev/sda");
    listed_twice_found_once();
    finish();
  }
}

static long kib_taken(const char *path) {
  struct stat status;
  CHECK(stat(path, &status) == 0);
  return status.st_blocks / 2;
}

// How much of 64 MiB the image still takes after its guest has given them back.
static long kib_left(const char *path, const char *format, const char *discard) {
  unlink(path);
  create();
  CHECK(guestfs_disk_create(g, path, format, kDisk, -1) == 0);
  CHECK(add(path, "disk", format, discard) == 0 && guestfs_launch(g) == 0);
  CHECK(guestfs_mkfs(g, "ext4", "/dev/sda") == 0 && guestfs_mount(g, "/dev/sda", "/") == 0);
  CHECK(guestfs_fill(g, 1, 64 * kMiB, "/full") == 0 && guestfs_sync(g) == 0);
  CHECK(kib_taken(path) >= 64 << 10);
  CHECK(guestfs_rm(g, "/full") == 0 && guestfs_sync(g) == 0 && guestfs_fstrim(g, "/", -1) == 0);
  finish();
  return kib_taken(path);
}

static void discard_gives_space_back(void) {
  CHECK(kib_left("raw.img", "raw", "enable") < 32 << 10);
  CHECK(kib_left("raw.img", "raw", "besteffort") < 32 << 10);
  CHECK(kib_left("raw.img", "raw", "disable") >= 64 << 10);
  CHECK(kib_left("disk.qcow2", "qcow2", "enable") < 32 << 10);
}

static void two_writers(void) {
  static const char refused[] =
      "one.img: another drive of this handle writes to this image already; add it once, or read-only the second time";
  CHECK(link("one.img", "other-name.img") == 0);
  create();
  CHECK(add_raw("one.img", "one") == 0 && add_raw("one.img", "again") == 0);
  FAILS(guestfs_launch(g), refused, 0);
  CHECK(guestfs_remove_drive(g, "again") == 0 && guestfs_launch(g) == 0);
  FAILS(add_raw("other-name.img", "again"),
        "other-name.img: another drive of this handle writes to this image already; add it once, or read-only the second time", 0);
  CHECK(guestfs_add_drive_opts(g, "one.img", GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", GUESTFS_ADD_DRIVE_OPTS_READONLY, 1,
                               GUESTFS_ADD_DRIVE_OPTS_LABEL, "again", -1) == 0);
  finish();
}

// Where the host does not support discard, that is refused, or not needed.
static void discard_without_holes(void) {
  make_disk("disk.img");
  create();
  CHECK(add("disk.img", "disk", "raw", "enable") == 0);
  FAILS(guestfs_launch(g),
        "disk.img: discard cannot be enabled: the file system that holds the image does not support discard (discard "
        "'besteffort' uses it where possible)", ENOTSUP);
  CHECK(guestfs_remove_drive(g, "disk") == 0);
  CHECK(add("disk.img", "disk", "raw", "besteffort") == 0 && guestfs_launch(g) == 0);
  CHECK(guestfs_blkdiscard(g, "/dev/sda") == 0);
  finish();
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "no-discard") == 0) {
    discard_without_holes();
    return 0;
  }
  btrfs_of_two_disks();
  discard_gives_space_back();
  two_writers();
  return 0;
}
