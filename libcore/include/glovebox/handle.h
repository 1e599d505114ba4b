// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Handle: one guest's disks, opened in one sealed appliance. The states are those of guestfs(3):
// Config (add drives, change settings), launch(), Ready (every call of calls.h), and back to Config
// by shutdown() or when the appliance ends.
//
//   glovebox::Handle h;
//   h.add_drive("disk.qcow2", {.readonly = true});
//   h.launch();
//   h.mount_ro("/dev/sda1", "/");
//   std::string text = h.read_file("/etc/fstab");
//
// Errors: every member throws glovebox::Error; last_error() and last_errno() keep the text and
// errno of the last one. Threads: calls on one handle from several threads wait for each other;
// cancel() may be called from any thread or a signal handler. Different handles are independent.
// After fork() only one of the two processes may continue to use a launched handle. The destructor
// shuts down (autosync) and frees everything.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "glovebox/calls.h"
#include "glovebox/error.h"

namespace glovebox {

enum class State { Config, Launching, Ready, Closed };

// The events of a handle, those of guestfs_set_event_callback; values are the bits of guestfs.h.
enum class EventKind : uint64_t {
  Close = 0x1,
  SubprocessQuit = 0x2,
  LaunchDone = 0x4,
  Progress = 0x8,
  Appliance = 0x10,  // a line from the appliance's console
  Library = 0x20,    // a debug line from the library
  Trace = 0x40,      // a call, or its result, as text (only with Settings::trace); see below
  Warning = 0x200,
};

// A Trace event is a line as in libguestfs: `mount_ro "/dev/sda1" "/"`, then `mount_ro = 0`, or
// `mount_ro = -1 (error)`. Keys are hidden and buffers truncated; other text is unchanged and may
// contain the guest's bytes, so escape it before printing.
struct Event {
  EventKind kind;
  std::string text = {};  // Appliance, Library, Trace, Warning
  uint64_t position = 0;  // Progress: amount done so far, in the unit of `total`
  uint64_t total = 0;
  uint32_t procedure = 0;  // Progress: the number of the call, as in docs/protocol.md
  uint32_t serial = 0;     // Progress: which call of this launch
};
using EventCallback = std::function<void(const Event&)>;

// Whether space that the guest discards (fstrim, blkdiscard) is freed on the host, too: never,
// where the host supports it, or always; with `Enable` a launch fails if it does not.
enum class Discard { Disable, BestEffort, Enable };

// A backing image of a drive, as a libvirt domain specifies it.
struct BackingImage {
  std::string path;
  std::optional<std::string> format = {};  // absent: not given
};

struct DriveOptions {
  bool readonly = false;                   // throw-away overlay; the image is never changed
  std::optional<std::string> format = {};  // "raw", "qcow2", ...; absent: the one that
                                           // glovebox.conf(5) gives, else detected from the header
  std::optional<int> blocksize = {};       // sector size that the guest's disk reports: 512 or 4096
  std::optional<std::string> label = {};   // serial number, /dev/disk/guestfs/LABEL
  Discard discard = Discard::Disable;      // only for a writable drive
  bool force = false;  // allow writing to an image that another process has open for writing
  // The images below this one, the uppermost first: opened in place of those that the headers name.
  std::vector<BackingImage> backing = {};
  bool backing_is_all = false;  // `backing` is complete; further names in the headers are ignored
  std::string domain = {};      // the libvirt domain whose disk it is, for messages
};

// Settings that are read at launch. Defaults come from the environment (LIBGUESTFS_*), see
// guestfs(3).
struct Settings {
  int memsize_mib = 0;  // 0: the template's default
  int smp = 1;
  bool verbose = false;
  bool trace = false;
  bool autosync = true;  // shutdown() syncs and unmounts
  bool network = false;
  bool require_confinement = false;  // fail rather than run with a confinement layer missing
  std::string append = {};           // more kernel arguments
  std::string path = {};             // where the appliance is looked for; see docs/overview.md
  std::string program = {};          // shown in messages
  std::string identifier = {};
  std::string cachedir = {};  // where templates live; see docs/overview.md
  std::string tmpdir = {};  // where throw-away layers go; empty: $LIBGUESTFS_TMPDIR, $TMPDIR, /tmp
  std::string hv = {};      // the qemu binary
  std::vector<std::string> hv_arguments = {};      // additional arguments; need a boot, no template
  std::vector<std::string> backend_settings = {};  // see set_backend_settings
  // Time limit for all launches and calls of the handle together, without the time between them
  // and without the time that they wait for the caller's own file or pipe. After that they fail
  // with Timeout, and the appliance is ended; a larger value makes the handle usable again. 0: no
  // limit as long as the appliance makes progress (docs/protocol.md), which a hostile guest can
  // pretend for ever. Absent: the backend setting "timeout=SECONDS", else 0.
  std::optional<std::chrono::seconds> timeout = {};
};

struct LaunchReport;

class GLOVEBOX_API Handle final : public Calls {
 public:
  Handle();
  explicit Handle(const Settings& settings);  // does not read the environment
  ~Handle() override;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  // --- Drives
  // In Config, the n-th drive becomes /dev/sda, /dev/sdb ... at launch. In Ready the drive is
  // plugged into the running appliance under the first free name, and is available when this
  // returns; it needs a label that no other drive has.
  void add_drive(const std::string& path, const DriveOptions& options = {});
  // In Ready, the drive is synced and unplugged, and its image is closed when this returns;
  // EBUSY while something on it is mounted or in use; EIO, each time, if the host failed to store
  // data written to it. The names of other drives do not change.
  void remove_drive(const std::string& label);
  // Removes the drives from the index-th on; only in Config.
  void forget_drives_from(size_t index);
  size_t drive_count() const;

  Settings& settings();  // change only in Config

  // --- State changes
  void launch();
  void shutdown();  // syncs and unmounts, ends the appliance, back to Config; throws if data may
                    // not have reached the disk
  State state() const;
  // Whether another process, such as a running guest, had a drive's image open for writing at the
  // last launch. Data read from it may be inconsistent; a new launch reads its state at that time.
  bool in_use() const;
  // Whether launches and calls have used up Settings::timeout.
  bool out_of_time() const;

  // --- Events. The callback runs in the thread of the call that caused it, before that call
  // returns. Until the call returns, every call to the appliance from a callback, and shutdown(),
  // fails with EBUSY.
  int add_event_callback(uint64_t event_bitmask, EventCallback callback);  // returns an id
  void remove_event_callback(int id);

  // Makes the running call fail with Cancelled as soon as it can.
  void cancel() noexcept;

  const std::string& last_error() const;  // empty if no call failed
  int last_errno() const;

 protected:
  std::string transact(const CallInfo& call, const Request& request) override;
  bool traced() const override;
  void trace(const std::string& line) override;
  bool has_backend_setting(const std::string& name) const override;
  void warn(const std::string& text) override;

 private:
  void start();
  void stop();
  void add(const std::string& path, const DriveOptions& options);
  void plug(const std::string& path, const DriveOptions& options);
  void unplug(const std::string& label);
  friend GLOVEBOX_API void add_drive_untraced(Handle&, const std::string&, const DriveOptions&);
  friend LaunchReport launch_report(const Handle& handle);  // glovebox/admin.h
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace glovebox
