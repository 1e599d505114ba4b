// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Information about this host, independent of any guest: the appliance, the hypervisor and its
// accelerator, the layers of confinement, the templates. virt-appliance prints it; a deployment
// script may use it, too.
//
// All functions read the current state of the host and return plain values. Settings selects what a
// Handle with the same settings would use (cachedir, hv, backend_settings, memsize_mib, smp); empty
// members mean the defaults, including those from the environment. Functions throw glovebox::Error;
// they are safe to call from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "glovebox/handle.h"

namespace glovebox {

// --- The appliance: what `virt-appliance build` made.

struct ApplianceInfo {
  std::string directory;       // holds kernel, initrd, root and appliance.json
  std::string kernel_version;  // "6.1.0-18-amd64"
  std::string built;           // time of the build, RFC 3339 in UTC
  std::string root_digest;     // of the root image: part of every template's key
  uint64_t bytes = 0;          // size of all its files
  // Package and version of what the root image holds, by name; from appliance.json.
  std::vector<std::pair<std::string, std::string>> packages = {};
};

// The appliance that a launch would use. The message of NotFound names every directory that was
// searched, and `virt-appliance build`.
GLOVEBOX_API ApplianceInfo find_appliance(const Settings& settings = {});

// --- The hypervisor and its accelerator.

struct HypervisorInfo {
  std::string path;     // "/usr/bin/qemu-system-x86_64"
  std::string version;  // "7.2.9"
};

// The qemu that a launch would run. The message of NotFound names the package to install.
GLOVEBOX_API HypervisorInfo find_hypervisor(const Settings& settings = {});

struct Accelerator {
  std::string name;     // "kvm", "tcg" (emulation)
  std::string reason;   // one line: "boots in 1.0 s", "/dev/kvm: No such file or directory"
  std::string checked;  // time at which KVM was tried, RFC 3339 in UTC; empty if it was not tried
};

enum class Probe { Remembered, Again };

// The accelerator that a launch would use, and the reason. Whether KVM works is remembered until
// the host is rebooted; if it is not known, or with Probe::Again, the appliance is launched on it.
GLOVEBOX_API Accelerator probe_accelerator(const Settings& settings = {},
                                           Probe probe = Probe::Remembered);

// --- Confinement of the processes that handle guest data.

struct ConfinementLayer {
  std::string name;    // "seccomp", "landlock", "namespaces", ...
  bool ok = false;     // in force for every launch on this host
  std::string detail;  // what it prevents; or, if not ok, what is missing and how to provide it
};

// Every layer that Glovebox supports, in the order of activation, whether this host has it or not.
GLOVEBOX_API std::vector<ConfinementLayer> confinement_layers();

// --- Templates: saved, booted appliances that handles are cloned from.

struct TemplateInfo {
  std::string path;     // its directory
  std::string key;      // digest of everything that it depends on
  std::string created;  // RFC 3339 in UTC
  uint64_t bytes = 0;   // space that it takes on the disk (holes not counted)
};

// The directory of the templates of a handle without a `cachedir` setting, and the one that all
// users of the host share.
GLOVEBOX_API std::string default_cachedir();
inline constexpr const char* kSystemCachedir = "/var/lib/glovebox";

// The templates in a cache directory, oldest first. A directory that does not exist has none; one
// that is not private to its owner throws Denied.
GLOVEBOX_API std::vector<TemplateInfo> list_templates(const std::string& cachedir);

// Deletes every template in a cache directory (running clones keep theirs open and are not
// affected) and the remains of interrupted runs. Returns the deleted templates. The directory
// itself is kept.
GLOVEBOX_API std::vector<TemplateInfo> clear_templates(const std::string& cachedir);

// Makes the template for these settings and publishes it in settings.cachedir, replacing one of the
// same key.
GLOVEBOX_API TemplateInfo make_template(const Settings& settings = {});

// --- Paths.

// The path of an internal program of Glovebox; NotFound if it is missing.
GLOVEBOX_API std::string find_helper(const std::string& name);

// --- The course of a launch.

struct LaunchStep {
  std::string name;  // "find appliance", "restore template", "plug drives", ...
  std::chrono::microseconds took{0};
};

struct LaunchReport {
  bool cloned = false;                 // restored from a template rather than booted
  std::string why_booted;              // if not cloned: the reason, one line
  std::string accelerator;             // "kvm", "tcg"
  std::vector<LaunchStep> steps = {};  // in the order they ended
  int process_id = 0;                  // of the supervisor; if it ends, the hypervisor ends
};

// The report of the handle's last successful launch; Error(Usage) if there was none.
GLOVEBOX_API LaunchReport launch_report(const Handle& handle);

}  // namespace glovebox
