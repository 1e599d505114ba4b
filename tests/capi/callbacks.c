// SPDX-License-Identifier: GPL-2.0-or-later
//
// Error handlers and events: who is told, in which order, with what. The lines of the trace are those that libguestfs
// 1.48 gave.
#include <stdint.h>

#include "check.h"
#include "guestfs.h"

static char reported[4096];

static void note(guestfs_h *g, void *opaque, uint64_t event, int id, int flags, const char *text, size_t size,
                 const uint64_t *numbers, size_t count) {
  (void)g, (void)id, (void)numbers;
  CHECK(opaque == reported && flags == 0 && count == 0);
  snprintf(reported + strlen(reported), sizeof(reported) - strlen(reported), "%x[%.*s]\n", (unsigned)event, (int)size, text);
}

static void on_error(guestfs_h *g, void *opaque, const char *message) {
  (void)g;
  snprintf(opaque, 200, "%s", message);
}

static void error_handlers(guestfs_h *g) {
  char first[200] = "", second[200] = "";
  const guestfs_error_handler_cb print = guestfs_get_error_handler(g, NULL);
  CHECK(print != NULL && guestfs_get_out_of_memory_handler(g) == (guestfs_abort_cb)abort);
  guestfs_set_error_handler(g, on_error, first);
  void *opaque = NULL;
  CHECK(guestfs_get_error_handler(g, &opaque) == on_error && opaque == first);
  guestfs_push_error_handler(g, on_error, second);
  CHECK(guestfs_set_smp(g, 0) == -1);
  CHECK_TEXT(first, "");
  CHECK_TEXT(second, "invalid smp parameter: 0");
  guestfs_pop_error_handler(g);
  CHECK(guestfs_set_smp(g, 300) == -1);
  CHECK_TEXT(first, "unsupported number of smp vcpus: 300");
  guestfs_pop_error_handler(g);  // nothing was pushed: back to the one that prints
  CHECK(guestfs_get_error_handler(g, &opaque) == print && opaque == NULL);
  guestfs_set_error_handler(g, NULL, NULL);
}

static void traces(guestfs_h *g) {
  const int id = guestfs_set_event_callback(g, note, GUESTFS_EVENT_ALL, 0, reported);
  CHECK(id == 0);
  CHECK(guestfs_set_trace(g, 1) == 0 && guestfs_get_trace(g) == 1);
  CHECK(guestfs_add_drive_ro(g, "/etc/passwd") == 0);
  CHECK(guestfs_add_drive_opts(g, "/nonexist", GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", -1) == -1);
  CHECK(guestfs_add_drive_opts(g, "/etc/passwd", GUESTFS_ADD_DRIVE_OPTS_READONLY, 1, GUESTFS_ADD_DRIVE_OPTS_IFACE, "virtio",
                               GUESTFS_ADD_DRIVE_OPTS_NAME, "x", GUESTFS_ADD_DRIVE_OPTS_CACHEMODE, "writeback",
                               GUESTFS_ADD_DRIVE_OPTS_DISCARD, "besteffort", GUESTFS_ADD_DRIVE_OPTS_COPYONREAD, 1,
                               GUESTFS_ADD_DRIVE_OPTS_PROTOCOL, "file", -1) == 0);
  guestfs_h *empty = guestfs_create();
  guestfs_set_error_handler(empty, NULL, NULL);
  guestfs_set_event_callback(empty, note, GUESTFS_EVENT_TRACE, 0, reported);
  CHECK(guestfs_set_trace(empty, 1) == 0 && guestfs_launch(empty) == -1);
  guestfs_close(empty);
  CHECK(guestfs_mount(g, "a", "b") == -1);
  CHECK(guestfs_mount(g, NULL, "b") == -1);
  CHECK(guestfs_set_append(g, NULL) == 0);
  char *settings[] = {"a", "b", NULL};
  CHECK(guestfs_set_backend_settings(g, settings) == 0);
  guestfs_free_version(guestfs_version(g));
  CHECK_TEXT(reported,
             "80[set_trace]\n"
             "80[get_trace]\n40[get_trace]\n40[get_trace = 1]\n"
             "80[add_drive_ro]\n40[add_drive_ro \"/etc/passwd\"]\n"
             "40[add_drive \"/etc/passwd\" \"readonly:true\"]\n40[add_drive = 0]\n40[add_drive_ro = 0]\n"
             "80[add_drive]\n40[add_drive \"/nonexist\" \"format:raw\"]\n40[add_drive = -1 (error)]\n"
             "80[add_drive]\n40[add_drive \"/etc/passwd\" \"readonly:true\" \"iface:virtio\" \"name:x\" \"protocol:file\" "
             "\"cachemode:writeback\" \"discard:besteffort\" \"copyonread:true\"]\n40[add_drive = 0]\n"
             "40[launch]\n40[launch = -1 (error)]\n40[close]\n"
             "80[mount]\n40[mount \"a\" \"b\"]\n40[mount = -1 (error)]\n"
             "80[mount]\n"
             "80[set_append]\n40[set_append null]\n40[set_append = 0]\n"
             "80[set_backend_settings]\n40[set_backend_settings \"a b\"]\n40[set_backend_settings = 0]\n"
             "80[version]\n40[version]\n40[version = <struct guestfs_version = major: 1, minor: 48, release: 6, extra: , >]\n");
  CHECK(guestfs_set_trace(g, 0) == 0);
  guestfs_delete_event_callback(g, id);
  guestfs_delete_event_callback(g, 99);
  reported[0] = '\0';
  CHECK(guestfs_get_trace(g) == 0);
  CHECK_TEXT(reported, "");
}

static void names(void) {
  char *all = guestfs_event_to_string(GUESTFS_EVENT_ALL);
  CHECK_TEXT(all, "appliance,close,enter,launch_done,library,libvirt_auth,progress,subprocess_quit,trace,warning");
  free(all);
  char *none = guestfs_event_to_string(0);
  CHECK_TEXT(none, "");
  free(none);
}

static int closed;
static void on_close(guestfs_h *g, void *opaque) {
  (void)g;
  CHECK(opaque == &closed);
  ++closed;
}

static void close_the_handle(guestfs_h *g, void *opaque, uint64_t event, int id, int flags, const char *text, size_t size,
                             const uint64_t *numbers, size_t count) {
  (void)opaque, (void)event, (void)id, (void)flags, (void)text, (void)size, (void)numbers, (void)count;
  guestfs_close(g);
}

static void call_the_handle(guestfs_h *g, void *opaque, uint64_t event, int id, int flags, const char *text, size_t size,
                            const uint64_t *numbers, size_t count) {
  (void)opaque, (void)event, (void)id, (void)flags, (void)text, (void)size, (void)numbers, (void)count;
  static int within;  // the call is traced, too
  if (within++ == 0)
    CHECK(guestfs_get_memsize(g) > 0);
  --within;
}

int main(void) {
  guestfs_h *g = guestfs_create();
  CHECK(g);
  error_handlers(g);
  traces(g);
  names();
  CHECK(guestfs_set_event_callback(g, note, GUESTFS_EVENT_ALL, 1, reported) == -1);
  CHECK_TEXT(guestfs_last_error(g), "flags parameter should be passed as 0 to this function");
  guestfs_set_close_callback(g, on_close, &closed);
  guestfs_close(g);
  CHECK(closed == 1);

  // A handle that is being closed can be closed by what it calls meanwhile, which changes nothing.
  const uint64_t closing[] = {GUESTFS_EVENT_CLOSE, GUESTFS_EVENT_TRACE};
  for (int i = 0; i < 2; ++i) {
    g = guestfs_create();
    closed = 0;
    guestfs_set_close_callback(g, on_close, &closed);
    CHECK(guestfs_set_event_callback(g, close_the_handle, closing[i], 0, NULL) >= 0);
    CHECK(guestfs_set_event_callback(g, call_the_handle, closing[i], 0, NULL) >= 0);
    if (closing[i] == GUESTFS_EVENT_TRACE)
      guestfs_set_trace(g, 1);
    guestfs_close(g);
    CHECK(closed == 1);
  }

  // A callback that closes the handle: the call ends first, then the handle.
  g = guestfs_create();
  closed = 0;
  guestfs_set_close_callback(g, on_close, &closed);
  CHECK(guestfs_set_event_callback(g, close_the_handle, GUESTFS_EVENT_ENTER, 0, NULL) >= 0);
  CHECK(guestfs_get_memsize(g) > 0);
  CHECK(closed == 1);
  g = guestfs_create();
  closed = 0;
  guestfs_set_close_callback(g, on_close, &closed);
  CHECK(guestfs_set_trace(g, 1) == 0);
  CHECK(guestfs_set_event_callback(g, close_the_handle, GUESTFS_EVENT_TRACE, 0, NULL) >= 0);
  CHECK(guestfs_get_memsize(g) > 0);
  CHECK(closed == 1);

  // This one is open when the program ends.
  g = guestfs_create();
  guestfs_set_close_callback(g, on_close, &closed);
  return 0;
}
