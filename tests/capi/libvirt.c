// SPDX-License-Identifier: GPL-2.0-or-later
//
// What libvirt asks before it tells of a domain, over its test driver. The answers are those that libguestfs 1.48 had.
#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "check.h"
#include "guestfs.h"

static char node[] = "/tmp/capi-libvirt-XXXXXX";
static char uri[64];

static void write_node(const char *auth) {
  FILE *file = fopen(node, "w");
  CHECK(file);
  fprintf(file,
          "<node>%s<domain type='test'><name>web</name><memory>65536</memory><os><type>hvm</type></os>"
          "<devices><disk type='file'><source file='/etc/passwd'/><target dev='vda'/></disk></devices></domain></node>",
          auth);
  CHECK(fclose(file) == 0);
}

static int add_web(guestfs_h *g) {
  return guestfs_add_domain(g, "web", GUESTFS_ADD_DOMAIN_LIBVIRTURI, uri, GUESTFS_ADD_DOMAIN_READONLY, 1, -1);
}

static const char *password;
static char reported[1000];

static void tell(const char *text) {
  snprintf(reported + strlen(reported), sizeof(reported) - strlen(reported), "%s;", text);
}

static void tell_and_free(char *text) {
  CHECK(text);
  tell(text);
  free(text);
}

static void answer(guestfs_h *g, void *opaque, uint64_t event, int id, int flags, const char *text, size_t size,
                   const uint64_t *numbers, size_t count) {
  (void)id, (void)flags, (void)numbers, (void)count;
  CHECK(opaque == reported && event == GUESTFS_EVENT_LIBVIRT_AUTH);
  CHECK(size == strlen(uri) && memcmp(text, uri, size) == 0);
  char **kinds = guestfs_get_libvirt_requested_credentials(g);
  CHECK(kinds && kinds[0] && !kinds[1]);
  tell_and_free(guestfs_get_libvirt_requested_credential_prompt(g, 0));
  tell_and_free(guestfs_get_libvirt_requested_credential_challenge(g, 0));
  tell_and_free(guestfs_get_libvirt_requested_credential_defresult(g, 0));
  const char *reply = strcmp(kinds[0], "passphrase") == 0 ? password : "fred";
  if (reply)
    CHECK(guestfs_set_libvirt_requested_credential(g, 0, reply, strlen(reply)) == 0);
  FAILS(guestfs_set_libvirt_requested_credential(g, 1, "x", 1), "credential index out of range", 0);
  FAILS_NULL(guestfs_get_libvirt_requested_credential_prompt(g, -1), "credential index out of range", 0);
  tell_and_free(kinds[0]);
  free(kinds);
}

static void outside_the_event(guestfs_h *g) {
#define ELSEWHERE(call) #call " should only be called from within the GUESTFS_EVENT_LIBVIRT_AUTH event handler"
  FAILS_NULL(guestfs_get_libvirt_requested_credentials(g), ELSEWHERE(get_libvirt_requested_credentials), 0);
  FAILS_NULL(guestfs_get_libvirt_requested_credential_prompt(g, 0), ELSEWHERE(get_libvirt_requested_credential_prompt), 0);
  FAILS(guestfs_set_libvirt_requested_credential(g, 0, "x", 1), ELSEWHERE(set_libvirt_requested_credential), 0);
}

static void supported(guestfs_h *g) {
  char *none[] = {NULL};
  char *nonsense[] = {"username", "nonsense", NULL};
  char *many[] = {"realm", "realm", "realm", "realm", "realm", "realm", "realm", "realm", "realm", "realm", NULL};
  char *good[] = {"authname", "passphrase", NULL};
  CHECK(guestfs_set_libvirt_supported_credentials(g, none) == 0);
  FAILS(guestfs_set_libvirt_supported_credentials(g, nonsense), "unknown credential type ‘nonsense’", 0);
  FAILS(guestfs_set_libvirt_supported_credentials(g, many), "list of supported credentials is too long", 0);
  CHECK(guestfs_set_libvirt_supported_credentials(g, good) == 0);
}

static void asked(guestfs_h *g) {
  write_node("<auth><user password='secret'>fred</user></auth>");
  CHECK(guestfs_set_event_callback(g, answer, GUESTFS_EVENT_LIBVIRT_AUTH, 0, reported) >= 0);
  password = "secret";
  CHECK(add_web(g) == 1);
  CHECK_TEXT(reported, "Enter username for localhost;localhost;;authname;"
                   "Enter fred's password for localhost;localhost;;passphrase;");
  password = "wrong";
  CHECK(add_web(g) == -1 && strstr(guestfs_last_error(g), "authentication failed"));
  password = NULL;
  CHECK(add_web(g) == -1);
}

static void adding(guestfs_h *g) {
  write_node("");
  CHECK(add_web(g) == 1);
  FAILS(guestfs_add_domain(g, NULL, -1), "add_domain: dom: parameter cannot be NULL", 0);
  FAILS(guestfs_add_libvirt_dom(g, NULL, -1), "add_libvirt_dom: dom: parameter cannot be NULL", 0);
  FAILS(guestfs_add_domain(g, "web", GUESTFS_ADD_DOMAIN_LIVE, 1, -1), "libguestfs live support was removed in libguestfs 1.48", 0);
}

int main(void) {
  close(mkstemp(node));
  snprintf(uri, sizeof(uri), "test://%s", node);
  guestfs_h *g = guestfs_create();
  CHECK(g);
  guestfs_set_error_handler(g, NULL, NULL);
  supported(g);
  outside_the_event(g);
  adding(g);
  asked(g);
  outside_the_event(g);
  guestfs_close(g);
  unlink(node);
  return 0;
}
