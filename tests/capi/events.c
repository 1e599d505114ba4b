// SPDX-License-Identifier: GPL-2.0-or-later
//
// events IMAGE: the events of a handle that is launched and used, told to a handler of guestfs_set_event_callback and to the
// callbacks of old, which are one each.
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#include "hello.h"

struct count {
  int lines, launches, pieces, quits, closes;
};
static struct count seen, seen_of_old, replaced;

static void on_event(guestfs_h *g, void *opaque, uint64_t event, int id, int flags, const char *text, size_t size,
                     const uint64_t *numbers, size_t count) {
  (void)g, (void)id;
  CHECK(opaque == &seen && flags == 0);
  if (event == GUESTFS_EVENT_APPLIANCE || event == GUESTFS_EVENT_LIBRARY) {
    CHECK(size > 0 && strlen(text) == size && count == 0);
    seen.lines += event == GUESTFS_EVENT_APPLIANCE;
  } else if (event == GUESTFS_EVENT_PROGRESS) {
    CHECK(size == 0 && count == 4 && numbers[2] <= numbers[3]);
    ++seen.pieces;
  } else if (event == GUESTFS_EVENT_LAUNCH_DONE) {
    ++seen.launches;
  } else if (event == GUESTFS_EVENT_SUBPROCESS_QUIT) {
    ++seen.quits;
  } else {
    CHECK(event == GUESTFS_EVENT_CLOSE);
    ++seen.closes;
  }
}

static void on_line(guestfs_h *g, void *opaque, char *text, int size) {
  (void)g;
  CHECK(size > 0 && text[0] != '\0');
  ++((struct count *)opaque)->lines;
}
static void on_launch(guestfs_h *g, void *opaque) {
  (void)g;
  ++((struct count *)opaque)->launches;
}
static void on_progress(guestfs_h *g, void *opaque, int procedure, int serial, uint64_t position, uint64_t total) {
  CHECK(procedure > 0 && serial > 0 && position <= total);
  ++((struct count *)opaque)->pieces;
  CHECK(guestfs_user_cancel(g) == 0);
}
static void on_quit(guestfs_h *g, void *opaque) {
  (void)g;
  ++((struct count *)opaque)->quits;
}
static void on_close(guestfs_h *g, void *opaque) {
  (void)g;
  ++((struct count *)opaque)->closes;
}

static void listen_as_of_old(guestfs_h *g, struct count *to) {
  guestfs_set_log_message_callback(g, on_line, to);
  guestfs_set_launch_done_callback(g, on_launch, to);
  guestfs_set_progress_callback(g, on_progress, to);
  guestfs_set_subprocess_quit_callback(g, on_quit, to);
  guestfs_set_close_callback(g, on_close, to);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  guestfs_h *g = guestfs_create();
  CHECK(g);
  const uint64_t all = GUESTFS_EVENT_APPLIANCE | GUESTFS_EVENT_LIBRARY | GUESTFS_EVENT_LAUNCH_DONE | GUESTFS_EVENT_PROGRESS |
                       GUESTFS_EVENT_SUBPROCESS_QUIT | GUESTFS_EVENT_CLOSE;
  CHECK(guestfs_set_event_callback(g, on_event, all, 0, &seen) >= 0);
  listen_as_of_old(g, &replaced);
  listen_as_of_old(g, &seen_of_old);
  guestfs_set_error_handler(g, NULL, NULL);
  CHECK(guestfs_set_verbose(g, 1) == 0 && guestfs_get_verbose(g) == 1);
  CHECK(guestfs_add_drive_ro(g, argv[1]) == 0 && guestfs_launch(g) == 0);
  CHECK(seen.launches == 1 && seen_of_old.launches == 1);
  char *speak[] = {"echo words >/dev/console", NULL};  // a restored appliance says nothing by itself
  free(guestfs_debug(g, "sh", speak));
  guestfs_ping_daemon(g);
  CHECK(seen.lines > 0 && seen_of_old.lines == seen.lines);

  // A call that would take hours: a file of a TiB has no bytes on the disk, but a sum. The first progress cancels it.
  CHECK(guestfs_mount(g, "/dev/sda1", "/") == 0);
  CHECK(guestfs_touch(g, "/long") == 0 && guestfs_truncate_size(g, "/long", INT64_C(1) << 40) == 0);
  CHECK(guestfs_checksum(g, "sha512", "/long") == NULL);
  CHECK(guestfs_last_errno(g) == EINTR);
  CHECK(seen.pieces >= 1 && seen_of_old.pieces == seen.pieces);
  check_hello(g);

  CHECK(seen.quits == 0 && kill(guestfs_get_pid(g), SIGKILL) == 0);
  for (int tries = 0; guestfs_ping_daemon(g) == 0; ++tries) CHECK(tries < 100 && usleep(100000) == 0);
  CHECK(seen.quits == 1 && seen_of_old.quits == 1);

  guestfs_set_launch_done_callback(g, NULL, NULL);  // nobody listens any more
  CHECK(guestfs_add_drive_ro(g, argv[1]) == 0 && guestfs_launch(g) == 0);
  CHECK(seen.launches == 2 && seen_of_old.launches == 1);
  guestfs_close(g);
  CHECK(seen.closes == 1 && seen_of_old.closes == 1);
  const struct count none = {0, 0, 0, 0, 0};
  CHECK(memcmp(&replaced, &none, sizeof none) == 0);
  return 0;
}
