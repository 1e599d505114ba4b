/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The interface between Glovebox's inspection engine and its plugins. docs/plugins.md is the
 * tutorial; kit.h wraps it for C++.
 *
 * A plugin is a shared object that exports one symbol:
 *
 *     const struct glovebox_inspect_descriptor *glovebox_inspect_plugin(void);
 *
 * It runs in its own process inside the sealed appliance, with limits on memory, time and files,
 * and accesses a guest's files only through the host functions below. It is called from one thread.
 * It must not keep guest data between calls. Strings for people are UTF-8, all others are bytes;
 * all are NUL-terminated and valid only during the call, in both directions: the host copies what
 * it needs later.
 *
 * Compatibility: new members are only ever added at the end of the structures, each of which begins
 * with its own size. A plugin built against an older header has a smaller descriptor, and the host
 * treats the missing members as NULL. A newer plugin on an older host checks host->struct_size
 * before it calls a newer function (GLOVEBOX_INSPECT_HOST_HAS). The api_version changes only when
 * that is not enough; then an old plugin is refused with a message.
 */
#ifndef GLOVEBOX_INSPECT_PLUGIN_H
#define GLOVEBOX_INSPECT_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GLOVEBOX_INSPECT_API_VERSION 1

#define GLOVEBOX_INSPECT_EXPORT __attribute__((visibility("default")))

/* The role of a volume (glovebox_inspect_host.claim). */
#define GLOVEBOX_INSPECT_ROLE_ROOT 1  /* the root of an operating system, or C: */
#define GLOVEBOX_INSPECT_ROLE_USR 2   /* /usr of a system whose root is on another volume */
#define GLOVEBOX_INSPECT_ROLE_OTHER 3 /* recognised, but not a root: /boot, /var, data */
/* A root whose /usr is on another volume that no mount table names: the engine mounts the volume
 * claimed as ROLE_USR whose "distro" is the same, and of several the one of the highest version. */
#define GLOVEBOX_INSPECT_ROLE_SPLIT_ROOT 4

/* Confidence, 0 to 100: the engine accepts the claim on a volume with the highest one. Use 90 if
 * files are found that no other system has, 50 if only the directory layout matches, 10 for a
 * guess. */

/* What the caller of describe() requests (glovebox_inspect_host.wants). */
#define GLOVEBOX_INSPECT_WANT_APPLICATIONS 1u
#define GLOVEBOX_INSPECT_WANT_ICON 2u

/* File kinds (glovebox_inspect_stat.kind). */
#define GLOVEBOX_INSPECT_REGULAR 1
#define GLOVEBOX_INSPECT_DIRECTORY 2
#define GLOVEBOX_INSPECT_SYMLINK 3
#define GLOVEBOX_INSPECT_OTHER 4 /* device, FIFO, socket: never opened */

struct glovebox_inspect_stat {
  uint32_t kind;
  uint32_t mode; /* permission bits */
  uint64_t size;
  int64_t mtime; /* seconds since 1970 */
};

/* One installed package or program. Unknown members are NULL or 0. */
struct glovebox_inspect_application {
  size_t struct_size;
  const char* name; /* mandatory */
  const char* display_name;
  int32_t epoch;
  const char* version;
  const char* release;
  const char* arch;
  const char* install_path;
  const char* publisher;
  const char* url;
  const char* source_package;
  const char* summary;
  const char* description; /* may contain newlines */
  const char* app_class;
};

/* The functions of the engine. The same pointer is the first argument of each function. Functions
 * returning int or int64_t return a negative errno value on failure; -ENOENT means "does not
 * exist", -EFBIG "larger than the limit", -EINVAL an invalid key or value. Paths are absolute paths
 * of the guest; symbolic links are followed inside the guest's tree and never lead out of it,
 * whatever their targets are. */
struct glovebox_inspect_host {
  size_t struct_size;
  uint32_t api_version;
  uint32_t wants; /* describe() only: GLOVEBOX_INSPECT_WANT_* */

  /* --- The file tree */

  /* follow: 0 for the status of a symbolic link itself. Returns 0. */
  int (*stat)(const struct glovebox_inspect_host* host,
              const char* path,
              int follow,
              struct glovebox_inspect_stat* result);
  /* Opens a regular file (anything else: -EINVAL) and returns a handle >= 0. At most 64 are open at
   * a time; those left open are closed when the plugin returns. */
  int (*open)(const struct glovebox_inspect_host* host, const char* path);
  /* Reads at an offset: the number of bytes, 0 at the end. */
  int64_t (*pread)(const struct glovebox_inspect_host* host,
                   int handle,
                   void* into,
                   size_t count,
                   uint64_t offset);
  void (*close)(const struct glovebox_inspect_host* host, int handle);
  /* Calls `entry` for each name (without . and ..), sorted by bytes, until it returns non-zero;
   * that value is returned. */
  int (*list)(const struct glovebox_inspect_host* host,
              const char* path,
              int (*entry)(void* opaque, const char* name),
              void* opaque);
  /* Stores the link's target in a buffer, NUL-terminated. Returns its length; -EINVAL if it is not
   * a link, -ERANGE if it does not fit. */
  int64_t (*readlink)(const struct glovebox_inspect_host* host,
                      const char* path,
                      char* into,
                      size_t size);

  /* --- Known values
   * detect(): "device", "vfs_type", "uuid", "label" of the volume.
   * describe(): the same of the root volume, and every field that the plugin set in detect().
   * NULL if there is no value. */
  const char* (*get_string)(const struct glovebox_inspect_host* host, const char* key);

  /* --- Findings. Keys are the element names of the virt-inspector XML:
   * name arch distro product_name product_variant package_format package_management
   * windows_systemroot windows_current_control_set hostname build_id osinfo */
  int (*set_string)(const struct glovebox_inspect_host* host, const char* key, const char* value);
  /* Keys: major_version minor_version windows_group_policy (0 or 1) */
  int (*set_int)(const struct glovebox_inspect_host* host, const char* key, int64_t value);
  /* detect() only: claims that the volume has this role. Without a claim the plugin's findings on
   * the volume are dropped. */
  int (*claim)(const struct glovebox_inspect_host* host, uint32_t role, uint32_t confidence);
  /* An entry of the guest's mount table as the guest wrote it: the engine resolves UUID=, LABEL=,
   * PARTUUID=, PARTLABEL=, MD_UUID=, LUKS_UUID=, /dev names and btrfs subvolumes. vfs_type and
   * options may be NULL. */
  int (*add_mount)(const struct glovebox_inspect_host* host,
                   const char* spec,
                   const char* mountpoint,
                   const char* vfs_type,
                   const char* options);
  /* Windows: a drive letter and its volume, as a spec like above or
   * "DISK_SIGNATURE=hex8,OFFSET=bytes". */
  int (*add_drive_mapping)(const struct glovebox_inspect_host* host,
                           const char* name,
                           const char* spec);
  int (*add_application)(const struct glovebox_inspect_host* host,
                         const struct glovebox_inspect_application* application);
  /* describe(): the list of applications is complete (and may be empty). Without it the report has
   * no list. */
  int (*applications_done)(const struct glovebox_inspect_host* host);
  int (*set_icon)(const struct glovebox_inspect_host* host, const void* png, size_t size);
  /* Reports something in the guest that could not be read or is not plausible. `where` is usually a
   * path. */
  int (*add_problem)(const struct glovebox_inspect_host* host, const char* where, const char* what);
};

#define GLOVEBOX_INSPECT_HOST_HAS(host, member)                                   \
  ((host)->struct_size >=                                                         \
       offsetof(struct glovebox_inspect_host, member) + sizeof((host)->member) && \
   (host)->member != NULL)

/* The description of a plugin: a static const structure. */
struct glovebox_inspect_descriptor {
  size_t struct_size;      /* sizeof (struct glovebox_inspect_descriptor) */
  uint32_t api_version;    /* GLOVEBOX_INSPECT_API_VERSION */
  uint32_t flags;          /* 0 */
  const char* name;        /* [a-z0-9-]+, unique among the plugins */
  const char* description; /* one line */

  /* Examines one volume and claims it, or returns without a claim. Called for every volume that can
   * be mounted, so it should be fast: a few stat()s, then the mount table if it is a root. Returns
   * 0; any other value is reported as a problem. Mandatory. */
  int (*detect)(const struct glovebox_inspect_host* host);

  /* Examines a whole system: the root volume with the guest's other volumes mounted according to
   * its mount table. Called once for each root for which this plugin's claim was accepted. NULL:
   * nothing to add. */
  int (*describe)(const struct glovebox_inspect_host* host);

  /* The directories that describe() reads, 256 at most, NULL-terminated; volumes mounted elsewhere
   * (/home, /boot) are then not mounted, which saves time. NULL: mount everything. */
  const char* const* describe_paths;
};

/* The exported symbol. */
GLOVEBOX_INSPECT_EXPORT const struct glovebox_inspect_descriptor* glovebox_inspect_plugin(void);

#ifdef __cplusplus
}
#endif

#endif /* GLOVEBOX_INSPECT_PLUGIN_H */
