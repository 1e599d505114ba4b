// SPDX-License-Identifier: GPL-2.0-or-later
//
// guest VERB IMAGE: what a program can do to handles with a guest in them. with-guest.sh runs the verbs.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hello.h"

static void *read_many(void *image) {
  guestfs_h *g = opened(image, 1);
  for (int i = 0; i < 50; ++i) check_hello(g);
  guestfs_set_error_handler(g, NULL, NULL);
  CHECK(guestfs_mount_ro(g, "/dev/sda7", "/") == -1);
  CHECK(guestfs_last_error(g));
  guestfs_close(g);
  return NULL;
}

// Two handles in two threads do not disturb each other.
static void threads(char *image) {
  pthread_t one, two;
  CHECK(pthread_create(&one, NULL, read_many, image) == 0 && pthread_create(&two, NULL, read_many, image) == 0);
  CHECK(pthread_join(one, NULL) == 0 && pthread_join(two, NULL) == 0);
}

// The end of a child does not close what its parent opened.
static void forked(char *image) {
  guestfs_h *g = opened(image, 1);
  const pid_t child = fork();
  if (child == 0)
    exit(0);
  int status;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  check_hello(g);
  guestfs_close(g);
}

static int quits;
static void close_at_progress(guestfs_h *g, void *opaque, uint64_t event, int id, int flags, const char *text, size_t size,
                              const uint64_t *numbers, size_t count) {
  (void)opaque, (void)event, (void)id, (void)flags, (void)text, (void)size, (void)numbers, (void)count;
  ++quits;
  guestfs_close(g);
}

// A callback that closes the handle in the middle of its life.
static void close_in_callback(char *image) {
  guestfs_h *g = opened(image, 1);
  CHECK(guestfs_set_event_callback(g, close_at_progress, GUESTFS_EVENT_ENTER, 0, NULL) >= 0);
  guestfs_set_error_handler(g, NULL, NULL);
  size_t size;
  free(guestfs_read_file(g, "/hello.txt", &size));
  CHECK(quits > 0);
}

// The process of get_pid is the one with which the appliance ends.
static void killed(char *image) {
  guestfs_h *g = opened(image, 1);
  guestfs_set_error_handler(g, NULL, NULL);
  const int pid = guestfs_get_pid(g);
  CHECK(pid > 1 && kill(pid, SIGKILL) == 0);
  int answers = 0;
  while (guestfs_ping_daemon(g) == 0 && ++answers < 100)
    usleep(100000);  // it does not end at once
  CHECK(answers < 100 && guestfs_is_config(g) == 1);
  CHECK(guestfs_get_pid(g) == -1);
  CHECK(guestfs_add_drive_ro(g, image) == 0);  // the old one went with the machine
  CHECK(guestfs_launch(g) == 0 && guestfs_get_pid(g) != pid);
  guestfs_close(g);
}

// A file that would be copied to itself, by whatever name, keeps what it has.
static void copied_to_itself(char *image) {
  guestfs_h *g = opened(image, 1);
  guestfs_set_error_handler(g, NULL, NULL);
  CHECK(guestfs_write(g, "/one", "content", 7) == 0 && guestfs_ln(g, "/one", "/other") == 0);
  CHECK(guestfs_copy_file_to_file(g, "/one", "/other", -1) == -1);
  CHECK_TEXT(guestfs_last_error(g), "copy_file_to_file: /one and /other are the same file");
  CHECK(guestfs_last_errno(g) == EINVAL);
  CHECK(guestfs_copy_size(g, "/one", "/one", 3) == -1 && guestfs_dd(g, "/one", "/one") == -1);
  char *content = guestfs_cat(g, "/one");
  CHECK_TEXT(content, "content");
  free(content);
  guestfs_close(g);
}

int main(int argc, char **argv) {
  CHECK(argc == 3);
  if (strcmp(argv[1], "threads") == 0)
    threads(argv[2]);
  else if (strcmp(argv[1], "fork") == 0)
    forked(argv[2]);
  else if (strcmp(argv[1], "close-in-callback") == 0)
    close_in_callback(argv[2]);
  else if (strcmp(argv[1], "killed") == 0)
    killed(argv[2]);
  else if (strcmp(argv[1], "copied-to-itself") == 0)
    copied_to_itself(argv[2]);
  else if (strcmp(argv[1], "write-and-exit") == 0)  // the handle stays open: exit() has to close it
    CHECK(guestfs_write(opened(argv[2], 0), "/written", "by exit", 7) == 0);
  else if (strcmp(argv[1], "read-written") == 0) {
    size_t size = 0;
    guestfs_h *g = opened(argv[2], 1);
    char *content = guestfs_read_file(g, "/written", &size);
    CHECK(content && size == 7 && memcmp(content, "by exit", 7) == 0);
    free(content);
    guestfs_close(g);
  } else
    return 2;
  return 0;
}
