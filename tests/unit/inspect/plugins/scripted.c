/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Plugins that find what a volume's own file says, so that a test of the engine can write it down: detect() reads /detect-N
 * and describe() /describe-N, N being the plugin's number. Lines of words: `claim ROLE CONFIDENCE`, `string KEY VALUE`,
 * `integer KEY VALUE`, `mount SPEC MOUNTPOINT`, `drive LETTER SPEC`, `application NAME VERSION`, `done`.
 */
#include <stdlib.h>
#include <string.h>

#include "inspect/plugin/plugin.h"

#define STRING(x) #x
#define NUMBERED(text, number) text STRING(number)

static void run_line(const struct glovebox_inspect_host *host, char *line) {
  char *rest = line;
  const char *verb = strtok_r(rest, " ", &rest);
  const char *a = strtok_r(NULL, " ", &rest), *b = strtok_r(NULL, " ", &rest);
  if (!verb)
    return;
  if (strcmp(verb, "done") == 0)
    host->applications_done(host);
  if (!a || !b)
    return;
  if (strcmp(verb, "claim") == 0)
    host->claim(host, (uint32_t)atoi(a), (uint32_t)atoi(b));
  else if (strcmp(verb, "string") == 0)
    host->set_string(host, a, b);
  else if (strcmp(verb, "integer") == 0)
    host->set_int(host, a, atoi(b));
  else if (strcmp(verb, "mount") == 0)
    host->add_mount(host, a, b, "", "");
  else if (strcmp(verb, "drive") == 0)
    host->add_drive_mapping(host, a, b);
  else if (strcmp(verb, "application") == 0) {
    struct glovebox_inspect_application application = {.struct_size = sizeof application, .name = a, .version = b};
    host->add_application(host, &application);
  }
}

static int run(const struct glovebox_inspect_host *host, const char *path) {
  static char text[65536];
  const int file = host->open(host, path);
  if (file < 0)
    return 0;
  const int64_t size = host->pread(host, file, text, sizeof text - 1, 0);
  host->close(host, file);
  if (size < 0)
    return (int)size;
  text[size] = 0;
  char *rest = text;
  for (char *line; (line = strtok_r(rest, "\n", &rest));)
    run_line(host, line);
  return 0;
}

static int detect(const struct glovebox_inspect_host *host) { return run(host, NUMBERED("/detect-", NUMBER)); }
static int describe(const struct glovebox_inspect_host *host) { return run(host, NUMBERED("/describe-", NUMBER)); }

static const char *const paths[] = {NUMBERED("/describe-", NUMBER), NULL};

static const struct glovebox_inspect_descriptor plugin = {
    .struct_size = sizeof(struct glovebox_inspect_descriptor),
    .api_version = GLOVEBOX_INSPECT_API_VERSION,
    .name = NUMBERED("scripted-", NUMBER),
    .description = "finds what it is told",
    .detect = detect,
    .describe = describe,
    .describe_paths = paths,
};

const struct glovebox_inspect_descriptor *glovebox_inspect_plugin(void) { return &plugin; }
