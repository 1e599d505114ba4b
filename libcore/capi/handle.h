// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a guestfs_h is: the C++ handle, and what C keeps beside it (errors, callbacks, private data,
// settings that the C++ handle has no use for). Owned by the program, from guestfs_create to
// guestfs_close. The lock is held during every call; a callback may call back.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "capi/guestfs.h"
#include "fuse/local_mount.h"
#include "glovebox/domain.h"
#include "glovebox/handle.h"

namespace glovebox::capi {

struct ErrorHandler {
  guestfs_error_handler_cb callback;
  void* opaque;
};

// The last error is that of the thread which made the call.
struct LastError {
  std::string message;
  int errnum = 0;
};

struct EventHandler {
  uint64_t bitmask = 0;  // 0: deleted
  guestfs_event_callback callback = nullptr;
  void* opaque = nullptr;
};

// Callbacks of the old style; each kind of event has one at most.
struct OldCallbacks {
  guestfs_log_message_cb log_message = nullptr;
  guestfs_subprocess_quit_cb subprocess_quit = nullptr;
  guestfs_launch_done_cb launch_done = nullptr;
  guestfs_close_cb close = nullptr;
  guestfs_progress_cb progress = nullptr;
  std::map<uint64_t, int> ids = {};  // event -> its event handle, to replace it
};

// Settings that C programs may make, and read again.
struct CSettings {
  bool recovery_proc = true;
  bool pgroup = false;
  bool selinux = false;
  bool direct = false;
  std::string backend = "direct";
  std::optional<std::string> tmpdir = {};
  std::optional<std::string> cachedir = {};
};

// What debug_drives tells of a drive.
struct DriveNote {
  std::optional<std::string> label;
  std::string line;
};

// The guest's files at a directory of the host, from mount_local to the end of mount_local_run.
struct LocalMountState {
  std::unique_ptr<fuse::LocalMount> mount = {};
  std::string path = {};
};

}  // namespace glovebox::capi

struct guestfs_h {
  explicit guestfs_h(unsigned create_flags);

  const unsigned flags;
  std::recursive_mutex mutex = {};

  glovebox::capi::ErrorHandler error_handler;
  std::vector<glovebox::capi::ErrorHandler> error_handlers = {};  // pushed
  guestfs_abort_cb out_of_memory;
  std::mutex errors_mutex = {};
  std::map<std::thread::id, glovebox::capi::LastError> errors = {};

  std::vector<glovebox::capi::EventHandler> events = {};  // its index is the event handle
  glovebox::capi::OldCallbacks old_callbacks = {};

  std::map<std::string, void*> private_data = {};
  std::map<std::string, void*>::iterator private_position = private_data.end();

  glovebox::capi::CSettings settings = {};
  std::map<std::string, std::string> kept = {};  // what "const char *" results point to, by call

  std::vector<glovebox::CredentialKind> supported_credentials = {};
  std::vector<glovebox::Credential>* requested_credentials = nullptr;  // during libvirt_auth only

  int calls_running = 0;                               // nested ones too
  bool launching = false;                              // a launch that fails keeps its drives
  bool close_requested = false;                        // by a callback of the running call
  bool closing = false;                                // its callbacks may close it once more
  std::vector<glovebox::capi::DriveNote> drives = {};  // in the order added
  std::vector<std::string> scratch_drives = {};        // files that close removes

  // Reads no environment by itself. While it ends it still tells what happens, to what is above.
  glovebox::Handle handle{glovebox::Settings{}};
  glovebox::capi::LocalMountState local_mount = {};  // ends before the handle that it uses
};

namespace glovebox::capi {

// Tells whoever listens; without anybody, messages go to stderr as the field's library writes them.
void emit(guestfs_h* g, const Event& event);
void emit_enter(guestfs_h* g, const char* call);
void emit_libvirt_auth(guestfs_h* g, const std::string& uri);
bool listens(const guestfs_h& g, uint64_t event);

// Remembers an error and tells the error handler.
void set_error(guestfs_h* g, const std::string& message, int errnum);

// The error handler of a new handle: a line on stderr.
void print_error(guestfs_h* g, void* opaque, const char* message);

// Throws Usage once the handle is launched.
void require_config(const guestfs_h& g, const char* call);

// A machine that ended takes its drives along: what is launched next has those that are added then.
void forget_drives(guestfs_h& g);

// Frees the handle, for good. Within it, from a callback, nothing more.
void destroy(guestfs_h* g);

}  // namespace glovebox::capi
