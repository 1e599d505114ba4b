// SPDX-License-Identifier: GPL-2.0-or-later
//
// mount_local IMAGE DIRECTORY: the calls that show a guest in a directory of the host: their errors in each wrong state, one thread
// that answers while another reads and unmounts, and what close does with a mount that is still there.
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "guestfs.h"

static const char *directory;

static void wrong_states(guestfs_h *g) {
  FAILS(guestfs_umount_local(g, -1), "no filesystem is mounted", 0);
  FAILS(guestfs_mount_local_run(g), "you must call guestfs_mount_local first", 0);
  FAILS(guestfs_mount_local(g, NULL, -1), "mount_local: localmountpoint: parameter cannot be NULL", 0);
  FAILS(guestfs_mount_local(g, "/none", -1), "fuse_mount failed: /none, see error messages above", 0);
  CHECK(guestfs_mount_local(g, directory, GUESTFS_MOUNT_LOCAL_CACHETIMEOUT, -4, -1) == 0);
  FAILS(guestfs_mount_local(g, directory, -1), "filesystem is already mounted in another thread", 0);
  char expected[300];
  snprintf(expected, sizeof expected,
           "you must call ‘guestfs_mount’ first to mount a filesystem on '/'.\nNote: ‘%s’ is still mounted.  "
           "Use ‘guestunmount %s’ to clean up.",
           directory, directory);
  FAILS(guestfs_mount_local_run(g), expected, 0);
}

static void *answer(void *g) {
  CHECK(guestfs_mount_local_run(g) == 0);
  return NULL;
}

// Mounts, looks, and unmounts while the other thread answers.
static void threads(guestfs_h *g) {
  CHECK(guestfs_mount_local(g, directory, GUESTFS_MOUNT_LOCAL_READONLY, 1, GUESTFS_MOUNT_LOCAL_OPTIONS, "ro", -1) == 0);
  pthread_t other;
  CHECK(pthread_create(&other, NULL, answer, g) == 0);
  char path[300], content[10] = "";
  snprintf(path, sizeof path, "%s/hello.txt", directory);
  FILE *f = fopen(path, "r");
  CHECK(f && fgets(content, sizeof content, f) && fclose(f) == 0);
  CHECK_TEXT(content, "hello\n");
  CHECK(guestfs_is_file(g, "/hello.txt") == 1);  // the handle is not locked meanwhile
  CHECK(guestfs_umount_local(g, GUESTFS_UMOUNT_LOCAL_RETRY, 1, -1) == 0);
  CHECK(pthread_join(other, NULL) == 0);
  CHECK(access(path, F_OK) == -1);
}

int main(int argc, char **argv) {
  CHECK(argc == 3);
  directory = argv[2];
  guestfs_h *g = guestfs_create();
  CHECK(g);
  guestfs_set_error_handler(g, NULL, NULL);
  wrong_states(g);
  guestfs_close(g);  // unmounts

  g = guestfs_create();
  CHECK(g);
  CHECK(guestfs_add_drive_opts(g, argv[1], GUESTFS_ADD_DRIVE_OPTS_READONLY, 1, GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", -1) == 0);
  CHECK(guestfs_launch(g) == 0 && guestfs_mount_ro(g, "/dev/sda1", "/") == 0);
  threads(g);
  threads(g);
  guestfs_close(g);
  CHECK(rmdir(directory) == 0);  // nothing is mounted there
  return 0;
}
