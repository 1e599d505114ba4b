// SPDX-License-Identifier: GPL-2.0-or-later
//
// bad_days VERB IMAGE: what a program sees when a call does not end well: the hypervisor is killed in the middle of it, the
// program itself cancels it, or the message is too long. Whatever it was, the handle can be used afterwards.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hello.h"

// Calls are to fail, and say why on nobody's stderr.
static guestfs_h *opened_quietly(const char *image, int readonly) {
  guestfs_h *g = opened(image, readonly);
  guestfs_set_error_handler(g, NULL, NULL);
  return g;
}

// --- Killing

// The parent of a process and whether it is a qemu; -1 if it is gone.
static int parent_of(int pid, int *is_qemu) {
  char path[64], line[512] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *f = fopen(path, "r");
  if (!f)
    return -1;
  const int got = fgets(line, sizeof line, f) != NULL;
  fclose(f);
  int parent = -1;
  const char *end = strrchr(line, ')');
  if (!got || !end || sscanf(end, ") %*c %d", &parent) != 1)
    return -1;
  *is_qemu = strstr(line, "(qemu-system") != NULL;
  return parent;
}

// Kills the qemu below this process, if there is one: it is the child of our child, its supervisor. Returns how many there were.
static int kill_hypervisors(void) {
  int killed = 0;
  DIR *processes = opendir("/proc");
  CHECK(processes);
  for (struct dirent *entry; (entry = readdir(processes));) {
    int is_qemu = 0, ignored;
    const int pid = atoi(entry->d_name);
    const int parent = pid > 0 ? parent_of(pid, &is_qemu) : -1;
    if (parent > 0 && is_qemu && (parent == getpid() || parent_of(parent, &ignored) == getpid())) {
      CHECK(kill(pid, SIGKILL) == 0);
      ++killed;
    }
  }
  closedir(processes);
  return killed;
}

static void kill_hypervisor(void) {
  CHECK(kill_hypervisors() == 1);
}

static void *kill_soon(void *unused) {
  usleep(500 * 1000);
  kill_hypervisor();
  return unused;
}

static const char lost[] =
    "appliance closed the connection unexpectedly. qemu was killed by signal 9 (Killed), perhaps because the host or its "
    "control group ran out of memory; free some, allow the group more, or set LIBGUESTFS_MEMSIZE to a lower value";

// The handle knows that its machine is gone, with its drives, and takes a new one.
static void check_lost(guestfs_h *g, const char *image, const char *call) {
  char expected[400];
  snprintf(expected, sizeof expected, "%s: %s", call, lost);
  CHECK_TEXT(guestfs_last_error(g), expected);
  CHECK(guestfs_last_errno(g) == EPIPE);
  CHECK(guestfs_is_config(g) == 1);
  CHECK(guestfs_launch(g) == -1);
  CHECK_TEXT(guestfs_last_error(g), "you must call guestfs_add_drive before guestfs_launch");
  CHECK(guestfs_add_drive_opts(g, image, GUESTFS_ADD_DRIVE_OPTS_READONLY, 1, GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", -1) == 0);
  CHECK(guestfs_launch(g) == 0);
  CHECK(guestfs_mount_ro(g, "/dev/sda1", "/") == 0);
  check_hello(g);
}

static int quits;
static void on_quit(guestfs_h *g, void *opaque, uint64_t event, int id, int flags, const char *text, size_t size,
                    const uint64_t *numbers, size_t count) {
  (void)g, (void)opaque, (void)event, (void)id, (void)flags, (void)text, (void)size, (void)numbers, (void)count;
  ++quits;
}

// A call that would take hours: a file of a TiB has no bytes on the disk, but a sum.
static void killed_in_call(char *image) {
  guestfs_h *g = opened_quietly(image, 1);
  CHECK(guestfs_set_event_callback(g, on_quit, GUESTFS_EVENT_SUBPROCESS_QUIT, 0, NULL) >= 0);
  CHECK(guestfs_touch(g, "/long") == 0 && guestfs_truncate_size(g, "/long", INT64_C(1) << 40) == 0);
  pthread_t killer;
  CHECK(pthread_create(&killer, NULL, kill_soon, NULL) == 0);
  CHECK(guestfs_checksum(g, "sha512", "/long") == NULL);
  CHECK(pthread_join(killer, NULL) == 0);
  CHECK(quits == 1);
  check_lost(g, image, "checksum");
  guestfs_close(g);
}

static void killed_between_calls(char *image) {
  guestfs_h *g = opened_quietly(image, 0);
  kill_hypervisor();
  CHECK(guestfs_shutdown(g) == -1);  // nobody can say that what was written is on the disk
  CHECK(strstr(guestfs_last_error(g), lost));
  CHECK(guestfs_is_config(g) == 1);
  guestfs_close(g);
}

static void *kill_after(void *microseconds) {
  usleep(*(const useconds_t *)microseconds);
  while (kill_hypervisors() == 0) usleep(500);
  return NULL;
}

// Wherever the launch is: it fails and says why, and the next one works.
static void killed_in_launch(char *image) {
  int launched = 0;
  for (useconds_t after = 0; !launched; after += 40 * 1000) {
    guestfs_h *g = guestfs_create();
    CHECK(g);
    guestfs_set_error_handler(g, NULL, NULL);
    CHECK(guestfs_add_drive_opts(g, image, GUESTFS_ADD_DRIVE_OPTS_READONLY, 1, GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", -1) == 0);
    pthread_t killer;
    CHECK(pthread_create(&killer, NULL, kill_after, &after) == 0);
    launched = guestfs_launch(g) == 0;
    CHECK(pthread_join(killer, NULL) == 0);
    CHECK(launched || strstr(guestfs_last_error(g), "qemu was killed by signal 9 (Killed)"));
    if (!launched) {
      CHECK(guestfs_is_config(g) == 1);
      CHECK(guestfs_launch(g) == 0 && guestfs_mount_ro(g, "/dev/sda1", "/") == 0);
      check_hello(g);
    }
    guestfs_close(g);
  }
}

// Wherever it happens while a drive comes or goes: the call says why, and the handle takes a new machine.
static void killed_in_plugging(char *image) {
  for (useconds_t after = 0; after < 200 * 1000; after += 25 * 1000) {
    guestfs_h *g = opened_quietly(image, 1);
    pthread_t killer;
    CHECK(pthread_create(&killer, NULL, kill_after, &after) == 0);
    while (guestfs_add_drive_opts(g, "/dev/null", GUESTFS_ADD_DRIVE_OPTS_LABEL, "more", -1) == 0 &&
           guestfs_remove_drive(g, "more") == 0)
      ;
    const char *error = guestfs_last_error(g);
    CHECK(strncmp(error, "add_drive: ", 11) == 0 || strncmp(error, "remove_drive: ", 14) == 0);
    CHECK(strstr(error, ". qemu was killed by signal 9 (Killed)"));
    CHECK(guestfs_last_errno(g) == EPIPE);
    CHECK(pthread_join(killer, NULL) == 0);
    CHECK(guestfs_is_config(g) == 1);
    guestfs_close(g);
  }
}

static atomic_int is_shut;

static void *kill_now(void *unused) {
  while (kill_hypervisors() == 0 && !is_shut) usleep(500);
  return unused;
}

// Whether the machine is killed before it has ended by itself is chance: shutdown ends, and says so if it was.
static void killed_in_shutdown(char *image) {
  for (int i = 0; i < 5; ++i) {
    guestfs_h *g = opened_quietly(image, 1);
    is_shut = 0;
    pthread_t killer;
    CHECK(pthread_create(&killer, NULL, kill_now, NULL) == 0);
    CHECK(guestfs_shutdown(g) == 0 || strstr(guestfs_last_error(g), "qemu was killed by signal 9 (Killed)"));
    CHECK(guestfs_is_config(g) == 1);
    is_shut = 1;
    CHECK(pthread_join(killer, NULL) == 0);
    guestfs_close(g);
  }
}

// --- Files: the other end of a pipe acts after so many bytes

enum act { ACT_KILL, ACT_CANCEL };
struct pipe_end {
  guestfs_h *g;
  int fd;
  size_t after;
  enum act act;
};

static void act(const struct pipe_end *end) {
  if (end->act == ACT_KILL)
    kill_hypervisor();
  else
    guestfs_user_cancel(end->g);
}

static char piece[65536];

static void *feed(void *opaque) {
  const struct pipe_end *end = opaque;
  for (size_t done = 0; done < end->after;) {
    const size_t want = end->after - done < sizeof piece ? end->after - done : sizeof piece;
    const ssize_t n = write(end->fd, piece, want);
    CHECK(n > 0);
    done += (size_t)n;
  }
  usleep(100 * 1000);  // the call waits for more, or has just begun
  act(end);
  return NULL;  // the pipe stays open: only the act can end the call
}

static void *drain(void *opaque) {
  const struct pipe_end *end = opaque;
  char into[65536];
  size_t done = 0;
  while (done < end->after) {
    const size_t want = end->after - done < sizeof into ? end->after - done : sizeof into;
    const ssize_t n = read(end->fd, into, want);
    CHECK(n > 0);
    done += (size_t)n;
  }
  if (done == 0)
    usleep(100 * 1000);
  act(end);
  while (read(end->fd, into, sizeof into) > 0) {
  }
  return NULL;
}

// Uploads from or downloads to a pipe whose other end acts; the call has to fail.
static void transfer(guestfs_h *g, int upload, size_t after, enum act what) {
  int fds[2];
  CHECK(pipe(fds) == 0);
  struct pipe_end end = {g, upload ? fds[1] : fds[0], after, what};
  char path[64];
  snprintf(path, sizeof path, "/dev/fd/%d", upload ? fds[0] : fds[1]);
  pthread_t other;
  CHECK(pthread_create(&other, NULL, upload ? feed : drain, &end) == 0);
  const int result = upload ? guestfs_upload(g, path, "/up") : guestfs_download(g, "/long", path);
  close(upload ? fds[0] : fds[1]);
  CHECK(pthread_join(other, NULL) == 0);
  close(end.fd);
  if (result != -1)
    fprintf(stderr, "%s ended well after %zu bytes\n", upload ? "upload" : "download", after);
  CHECK(result == -1);
}

static void killed_in_transfer(char *image, int upload) {
  guestfs_h *g = opened_quietly(image, 1);
  CHECK(guestfs_touch(g, "/long") == 0 && guestfs_truncate_size(g, "/long", INT64_C(1) << 40) == 0);
  transfer(g, upload, 3 << 20, ACT_KILL);
  check_lost(g, image, upload ? "upload" : "download");
  guestfs_close(g);
}

static void cancelled(char *image) {
  static const size_t points[] = {0, 1, 4096, 65537, 1 << 20, (5 << 20) + 3};
  guestfs_h *g = opened_quietly(image, 1);
  CHECK(guestfs_touch(g, "/long") == 0 && guestfs_truncate_size(g, "/long", INT64_C(1) << 40) == 0);
  for (int upload = 0; upload <= 1; ++upload)
    for (size_t i = 0; i < sizeof points / sizeof *points; ++i) {
      transfer(g, upload, points[i], ACT_CANCEL);
      CHECK_TEXT(guestfs_last_error(g), upload ? "upload: cancelled" : "download: cancelled");
      CHECK(guestfs_last_errno(g) == EINTR);
      check_hello(g);  // both ends agree where the next message begins
    }
  guestfs_close(g);
}

// A callback in the middle of a call can ask the appliance for nothing, and does no harm with it.
static int calls_back;
static void call_back(guestfs_h *g, void *opaque, uint64_t event, int id, int flags, const char *text, size_t size,
                      const uint64_t *numbers, size_t count) {
  (void)opaque, (void)event, (void)id, (void)flags, (void)text, (void)size, (void)numbers, (void)count;
  static const char reason[] = "called in a callback of a call that is still running: let it end first, or cancel it";
  ++calls_back;
  char expected[200];
  CHECK(guestfs_ping_daemon(g) == -1);
  snprintf(expected, sizeof expected, "ping_daemon: %s", reason);
  CHECK_TEXT(guestfs_last_error(g), expected);
  CHECK(guestfs_shutdown(g) == -1);
  snprintf(expected, sizeof expected, "shutdown: %s", reason);
  CHECK_TEXT(guestfs_last_error(g), expected);
  CHECK(guestfs_kill_subprocess(g) == -1);
  CHECK_TEXT(guestfs_last_error(g), expected);
  CHECK(guestfs_last_errno(g) == EBUSY);
  CHECK(guestfs_add_drive_scratch(g, 1 << 20, GUESTFS_ADD_DRIVE_SCRATCH_LABEL, "hot", -1) == -1);
  CHECK(guestfs_is_ready(g) == 1);
  if (calls_back % 2 == 0)
    CHECK(guestfs_user_cancel(g) == 0);
}

static void *feed_slowly(void *fd) {
  while (write(*(int *)fd, "some", 4) == 4) usleep(20 * 1000);
  return NULL;
}

static void called_back(char *image) {
  guestfs_h *g = opened_quietly(image, 1);
  CHECK(guestfs_touch(g, "/long") == 0 && guestfs_truncate_size(g, "/long", INT64_C(1) << 40) == 0);
  CHECK(guestfs_set_event_callback(g, call_back, GUESTFS_EVENT_PROGRESS, 0, NULL) >= 0);
  int fds[2];
  CHECK(pipe(fds) == 0);
  char path[64];
  snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
  pthread_t other;
  CHECK(pthread_create(&other, NULL, feed_slowly, &fds[1]) == 0);
  CHECK(guestfs_upload(g, path, "/up") == -1);
  CHECK_TEXT(guestfs_last_error(g), "upload: cancelled");
  close(fds[0]);
  CHECK(pthread_join(other, NULL) == 0);
  close(fds[1]);
  CHECK(guestfs_download(g, "/long", "/dev/null") == -1);
  CHECK_TEXT(guestfs_last_error(g), "download: cancelled");
  CHECK(guestfs_checksum(g, "sha512", "/long") == NULL);
  CHECK_TEXT(guestfs_last_error(g), "checksum: cancelled");
  CHECK(calls_back >= 6);
  check_hello(g);
  guestfs_close(g);
}

// --- Messages

// A program's arguments can be longer than any message. Calls that take much in pieces go on.
static void oversized(char *image) {
  enum { SIZE = 5 << 20 };
  guestfs_h *g = opened_quietly(image, 1);
  char *text = malloc(SIZE + 1);
  CHECK(text);
  memset(text, 'x', SIZE);
  text[0] = '/';
  text[SIZE] = '\0';
  CHECK(guestfs_mkdir(g, text) == -1);
  fprintf(stderr, "%s\n", guestfs_last_error(g));
  CHECK(guestfs_setxattr(g, "user.x", text, SIZE, "/hello.txt") == -1);
  fprintf(stderr, "%s\n", guestfs_last_error(g));
  CHECK(guestfs_pwrite(g, "/hello.txt", text, SIZE, 0) == -1);
  fprintf(stderr, "%s\n", guestfs_last_error(g));
  check_hello(g);
  CHECK(guestfs_write(g, "/large", text, SIZE) == 0);
  size_t size = 0;
  CHECK(guestfs_pread(g, "/large", SIZE, 0, &size) == NULL);
  fprintf(stderr, "%s\n", guestfs_last_error(g));
  char *some = guestfs_pread(g, "/large", (4 << 20) - 1, 0, &size);  // as read(2): not more than fits
  CHECK(some && size > 0 && size < SIZE && memcmp(some, text, size) == 0);
  free(some);
  char *back = guestfs_read_file(g, "/large", &size);
  CHECK(back && size == SIZE && memcmp(back, text, SIZE) == 0);
  free(back);
  free(text);
  guestfs_close(g);
}

// --- The host

// The disk of the host is full: the first sync of what does not fit tells, and nothing that would let go of the drive
// pretends later that all is well.
static void host_full(char *image) {
  guestfs_h *g = guestfs_create();
  CHECK(g);
  guestfs_set_error_handler(g, NULL, NULL);
  CHECK(guestfs_add_drive_opts(g, image, GUESTFS_ADD_DRIVE_OPTS_LABEL, "own", GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", -1) == 0);
  CHECK(guestfs_launch(g) == 0 && guestfs_mount(g, "/dev/sda1", "/") == 0);
  char *noise = malloc(1 << 20);
  CHECK(noise);
  int synced = 1;
  for (int i = 0; i < 12 && synced; ++i) {
    for (int at = 0; at < 1 << 20; ++at) noise[at] = (char)(at * 31 + i * 7 + (at >> 8));
    char name[32];
    snprintf(name, sizeof name, "/noise%d", i);
    CHECK(guestfs_write(g, name, noise, 1 << 20) == 0);
    synced = guestfs_sync(g) == 0;
  }
  free(noise);
  CHECK(!synced);
  puts(guestfs_last_error(g));
  CHECK(guestfs_umount(g, "/") == 0 || guestfs_umount_all(g) == 0);
  for (int i = 0; i < 2; ++i) {
    CHECK(guestfs_remove_drive(g, "own") == -1);
    puts(guestfs_last_error(g));
  }
  CHECK(guestfs_shutdown(g) == -1);
  puts(guestfs_last_error(g));
  guestfs_close(g);
}

// A handle from before fork() is the child's as much as the parent's, until it is launched.
static void forked_after_create(char *image) {
  guestfs_h *g = guestfs_create();
  CHECK(g);
  CHECK(guestfs_add_drive_opts(g, image, GUESTFS_ADD_DRIVE_OPTS_READONLY, 1, GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", -1) == 0);
  const pid_t child = fork();
  if (child == 0) {
    CHECK(guestfs_launch(g) == 0 && guestfs_mount_ro(g, "/dev/sda1", "/") == 0);
    check_hello(g);
    guestfs_close(g);
    exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  CHECK(guestfs_launch(g) == 0 && guestfs_mount_ro(g, "/dev/sda1", "/") == 0);
  check_hello(g);
  guestfs_close(g);
}

int main(int argc, char **argv) {
  CHECK(argc == 3);
  const char *verb = argv[1];
  char *image = argv[2];
  signal(SIGPIPE, SIG_IGN);
  if (strcmp(verb, "killed-in-call") == 0)
    killed_in_call(image);
  else if (strcmp(verb, "killed-in-launch") == 0)
    killed_in_launch(image);
  else if (strcmp(verb, "killed-in-plugging") == 0)
    killed_in_plugging(image);
  else if (strcmp(verb, "killed-in-shutdown") == 0)
    killed_in_shutdown(image);
  else if (strcmp(verb, "killed-between-calls") == 0)
    killed_between_calls(image);
  else if (strcmp(verb, "killed-in-upload") == 0)
    killed_in_transfer(image, 1);
  else if (strcmp(verb, "killed-in-download") == 0)
    killed_in_transfer(image, 0);
  else if (strcmp(verb, "cancelled") == 0)
    cancelled(image);
  else if (strcmp(verb, "called-back") == 0)
    called_back(image);
  else if (strcmp(verb, "oversized") == 0)
    oversized(image);
  else if (strcmp(verb, "host-full") == 0)
    host_full(image);
  else if (strcmp(verb, "forked-after-create") == 0)
    forked_after_create(image);
  else
    return 2;
  return 0;
}
