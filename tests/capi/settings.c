// SPDX-License-Identifier: GPL-2.0-or-later
//
// Settings: defaults, what was set is what is read, what is refused, and the environment. The messages are those that
// libguestfs 1.48 gave.
#include <errno.h>
#include <stdint.h>

#include "check.h"
#include "guestfs.h"

static void check_text(char *actual, const char *expected) {
  CHECK_TEXT(actual, expected);
  free(actual);
}

static void defaults(guestfs_h *g) {
  CHECK(guestfs_get_memsize(g) == 1280 && guestfs_get_smp(g) == 1);
  CHECK(guestfs_get_autosync(g) == 1 && guestfs_get_verbose(g) == 0 && guestfs_get_trace(g) == 0);
  CHECK(guestfs_get_network(g) == 0 && guestfs_get_recovery_proc(g) == 1 && guestfs_get_pgroup(g) == 0);
  CHECK(guestfs_is_config(g) == 1 && guestfs_is_ready(g) == 0 && guestfs_is_launching(g) == 0 && guestfs_is_busy(g) == 0);
  CHECK(guestfs_get_state(g) == 0 && guestfs_max_disks(g) == 255);
  CHECK_TEXT(guestfs_get_identifier(g), "");
  CHECK_TEXT(guestfs_get_program(g), "capi_settings");
  check_text(guestfs_get_backend(g), "direct");
  struct guestfs_version *version = guestfs_version(g);
  CHECK(version && version->major == 1 && version->minor == 48);
  guestfs_free_version(version);
}

static void set_and_get(guestfs_h *g) {
  CHECK(guestfs_set_memsize(g, 2000) == 0 && guestfs_get_memsize(g) == 2000);
  CHECK(guestfs_set_smp(g, 4) == 0 && guestfs_get_smp(g) == 4);
  CHECK(guestfs_set_autosync(g, 0) == 0 && guestfs_get_autosync(g) == 0);
  CHECK(guestfs_set_append(g, "a=b") == 0);
  CHECK_TEXT(guestfs_get_append(g), "a=b");
  CHECK(guestfs_set_append(g, NULL) == 0 && guestfs_get_append(g) == NULL);
  CHECK(guestfs_set_identifier(g, "my-id_1") == 0);
  CHECK_TEXT(guestfs_get_identifier(g), "my-id_1");
  CHECK(guestfs_set_path(g, "/a:/b") == 0);
  CHECK_TEXT(guestfs_get_path(g), "/a:/b");
  CHECK(guestfs_set_tmpdir(g, "/dev/../tmp") == 0);
  check_text(guestfs_get_tmpdir(g), "/tmp");
  CHECK(guestfs_set_hv(g, "/x") == 0);
  check_text(guestfs_get_hv(g), "/x");
}

static void refused(guestfs_h *g) {
  FAILS(guestfs_set_memsize(g, 5), "too small value for memsize (must be at least 256)", 0);
  FAILS(guestfs_set_smp(g, 0), "invalid smp parameter: 0", 0);
  FAILS(guestfs_set_smp(g, 300), "unsupported number of smp vcpus: 300", 0);
  FAILS(guestfs_set_identifier(g, "a b"), "identifier must contain only alphanumeric characters, underscore or minus sign", 0);
  FAILS(guestfs_set_backend(g, "foo"), "invalid backend: foo", 0);
  FAILS(guestfs_set_tmpdir(g, "/etc/passwd"), "setting temporary directory: set_tmpdir: ‘/etc/passwd’ is not a directory", 0);
  FAILS(guestfs_set_cachedir(g, "/etc/passwd"), "setting temporary directory: set_cachedir: ‘/etc/passwd’ is not a directory", 0);
  FAILS(guestfs_set_tmpdir(g, "/nonexist"),
        "converting path to absolute path: set_tmpdir: /nonexist: realpath: No such file or directory", ENOENT);
}

static void backend_settings(guestfs_h *g) {
  char *settings[] = {"force_tcg", "name=value", NULL};
  CHECK(guestfs_set_backend_settings(g, settings) == 0);
  check_text(guestfs_get_backend_setting(g, "force_tcg"), "1");
  check_text(guestfs_get_backend_setting(g, "name"), "value");
  FAILS_NULL(guestfs_get_backend_setting(g, "other"), "setting not found", ESRCH);
  CHECK(guestfs_set_backend_setting(g, "name", "new") == 0);
  check_text(guestfs_get_backend_setting(g, "name"), "new");
  CHECK(guestfs_clear_backend_setting(g, "name") == 1 && guestfs_clear_backend_setting(g, "name") == 0);
}

static void environment(guestfs_h *g) {
  char *variables[] = {"LIBGUESTFS_MEMSIZE=700", "OTHER=1", "LIBGUESTFS_BACKEND_SETTINGS=a:b=c", NULL};
  CHECK(guestfs_parse_environment_list(g, variables) == 0);
  CHECK(guestfs_get_memsize(g) == 700);
  check_text(guestfs_get_backend_setting(g, "b"), "c");
  char *wrong[] = {"LIBGUESTFS_TRACE=perhaps", NULL};
  FAILS(guestfs_parse_environment_list(g, wrong), "LIBGUESTFS_TRACE=perhaps: non-boolean value", 0);
  setenv("LIBGUESTFS_MEMSIZE", "900", 1);
  CHECK(guestfs_parse_environment(g) == 0 && guestfs_get_memsize(g) == 900);
  guestfs_h *blind = guestfs_create_flags(GUESTFS_CREATE_NO_ENVIRONMENT);
  CHECK(blind && guestfs_get_memsize(blind) == 1280);
  guestfs_close(blind);
}

int main(void) {
  guestfs_h *g = guestfs_create();
  CHECK(g);
  guestfs_set_error_handler(g, NULL, NULL);
  defaults(g);
  set_and_get(g);
  refused(g);
  backend_settings(g);
  environment(g);
  guestfs_close(g);
  return 0;
}
