// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Settings: what C programs set is what the C++ handle has, or, where that has no use for it, what
// they read again. The messages are those of the field's library.
#include <strings.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/cat.h"
#include "base/error.h"
#include "capi/handle.h"
#include "capi/handle_calls.h"
#include "glovebox/admin.h"

namespace glovebox::capi::handle_calls {
namespace {

using base::cat;

constexpr int kDefaultMemoryMib = 1280;
constexpr int kLeastMemoryMib = 256;
constexpr int kMostCpus = 255;

std::string environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

// The absolute path of a directory.
std::string absolute(const char* call, const std::string& path) {
  char* resolved = realpath(path.c_str(), nullptr);
  if (!resolved) {
    const int errnum = errno;
    throw Error(Errc::System,
                cat("converting path to absolute path: ", call, ": ", path,
                    ": realpath: ", std::strerror(errnum)),
                errnum);
  }
  const std::string absolute_path = resolved;
  std::free(resolved);
  if (!std::filesystem::is_directory(absolute_path))
    throw Error(Errc::Usage, cat("setting temporary directory: ", call, ": ‘", absolute_path,
                                 "’ is not a directory"));
  return absolute_path;
}

// Templates are a user's own, and the directory may be everybody's.
void use_cachedir(guestfs_h& g, const std::optional<std::string>& directory) {
  g.settings.cachedir = directory;
  g.handle.settings().cachedir = directory ? cat(*directory, "/glovebox-", geteuid()) : "";
}

std::string setting_name(const std::string& setting) {
  return setting.substr(0, setting.find('='));
}

}  // namespace

bool get_autosync(guestfs_h& g) {
  return g.handle.settings().autosync;
}
void set_autosync(guestfs_h& g, bool autosync) {
  g.handle.settings().autosync = autosync;
}
bool get_verbose(guestfs_h& g) {
  return g.handle.settings().verbose;
}
void set_verbose(guestfs_h& g, bool verbose) {
  g.handle.settings().verbose = verbose;
}
bool get_trace(guestfs_h& g) {
  return g.handle.settings().trace;
}
void set_trace(guestfs_h& g, bool trace) {
  g.handle.settings().trace = trace;
}

std::optional<std::string> get_path(guestfs_h& g) {
  const Settings& settings = g.handle.settings();
  return settings.path.empty() ? environment("LIBGUESTFS_PATH", "") : settings.path;
}
void set_path(guestfs_h& g, const std::optional<std::string>& searchpath) {
  g.handle.settings().path = searchpath.value_or("");
}
std::optional<std::string> get_append(guestfs_h& g) {
  const std::string& append = g.handle.settings().append;
  return append.empty() ? std::nullopt : std::optional(append);
}
void set_append(guestfs_h& g, const std::optional<std::string>& append) {
  g.handle.settings().append = append.value_or("");
}

int32_t get_memsize(guestfs_h& g) {
  const int memsize = g.handle.settings().memsize_mib;
  return memsize == 0 ? kDefaultMemoryMib : memsize;
}
void set_memsize(guestfs_h& g, int32_t memsize) {
  if (memsize < kLeastMemoryMib)
    throw Error(Errc::Usage,
                cat("too small value for memsize (must be at least ", kLeastMemoryMib, ")"));
  g.handle.settings().memsize_mib = memsize;
}
int32_t get_smp(guestfs_h& g) {
  return g.handle.settings().smp;
}
void set_smp(guestfs_h& g, int32_t smp) {
  if (smp > kMostCpus)
    throw Error(Errc::Usage, cat("unsupported number of smp vcpus: ", smp));
  if (smp < 1)
    throw Error(Errc::Usage, cat("invalid smp parameter: ", smp));
  g.handle.settings().smp = smp;
}
bool get_network(guestfs_h& g) {
  return g.handle.settings().network;
}
void set_network(guestfs_h& g, bool network) {
  g.handle.settings().network = network;
}

std::optional<std::string> get_program(guestfs_h& g) {
  const std::string& program = g.handle.settings().program;
  return program.empty() ? program_invocation_short_name : program;
}
void set_program(guestfs_h& g, const std::string& program) {
  g.handle.settings().program = program;
}
std::optional<std::string> get_identifier(guestfs_h& g) {
  return g.handle.settings().identifier;
}
void set_identifier(guestfs_h& g, const std::string& identifier) {
  for (const char c : identifier)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '-')
      throw Error(Errc::Usage,
                  "identifier must contain only alphanumeric characters, underscore or minus sign");
  g.handle.settings().identifier = identifier;
}

std::string get_backend(guestfs_h& g) {
  return g.settings.backend;
}
void set_backend(guestfs_h& g, const std::string& backend) {
  if (backend != "direct" && backend != "appliance" && backend != "libvirt" &&
      !backend.starts_with("libvirt:"))
    throw Error(Errc::Usage, cat("invalid backend: ", backend));
  g.settings.backend = backend == "appliance" ? "direct" : backend;
}
std::string get_attach_method(guestfs_h& g) {
  return g.settings.backend == "direct" ? "appliance" : g.settings.backend;
}
void set_attach_method(guestfs_h& g, const std::string& backend) {
  set_backend(g, backend);
}

std::vector<std::string> get_backend_settings(guestfs_h& g) {
  return g.handle.settings().backend_settings;
}
void set_backend_settings(guestfs_h& g, const std::vector<std::string>& settings) {
  g.handle.settings().backend_settings = settings;
}
std::string get_backend_setting(guestfs_h& g, const std::string& name) {
  for (const std::string& setting : g.handle.settings().backend_settings) {
    if (setting == name)
      return "1";
    if (setting_name(setting) == name)
      return setting.substr(name.size() + 1);
  }
  throw Error(Errc::NotFound, "setting not found", ESRCH);
}
void set_backend_setting(guestfs_h& g, const std::string& name, const std::string& val) {
  clear_backend_setting(g, name);
  g.handle.settings().backend_settings.push_back(cat(name, "=", val));
}
int32_t clear_backend_setting(guestfs_h& g, const std::string& name) {
  return static_cast<int32_t>(
      std::erase_if(g.handle.settings().backend_settings,
                    [&](const std::string& setting) { return setting_name(setting) == name; }));
}

std::string get_tmpdir(guestfs_h& g) {
  if (g.settings.tmpdir)
    return *g.settings.tmpdir;
  std::filesystem::path directory = environment("LIBGUESTFS_TMPDIR", environment("TMPDIR", "/tmp"));
  if (directory.is_relative())
    directory = std::filesystem::weakly_canonical(directory);
  return directory;
}
void set_tmpdir(guestfs_h& g, const std::optional<std::string>& tmpdir) {
  g.settings.tmpdir = tmpdir ? std::optional(absolute("set_tmpdir", *tmpdir)) : std::nullopt;
  g.handle.settings().tmpdir = g.settings.tmpdir.value_or("");
}
std::string get_cachedir(guestfs_h& g) {
  return g.settings.cachedir ? *g.settings.cachedir
                             : environment("LIBGUESTFS_CACHEDIR", default_cachedir());
}
void set_cachedir(guestfs_h& g, const std::optional<std::string>& cachedir) {
  use_cachedir(g, cachedir ? std::optional(absolute("set_cachedir", *cachedir)) : std::nullopt);
}
std::string get_sockdir(guestfs_h&) {
  return environment("XDG_RUNTIME_DIR", "/tmp");
}

std::string get_hv(guestfs_h& g) {
  const std::string& hv = g.handle.settings().hv;
  return hv.empty() ? find_hypervisor(g.handle.settings()).path : hv;
}
void set_hv(guestfs_h& g, const std::string& hv) {
  g.handle.settings().hv = hv;
}
std::optional<std::string> get_qemu(guestfs_h& g) {
  return get_hv(g);
}
void set_qemu(guestfs_h& g, const std::optional<std::string>& hv) {
  g.handle.settings().hv = hv.value_or("");
}

void config(guestfs_h& g, const std::string& hvparam, const std::optional<std::string>& hvvalue) {
  if (!hvparam.starts_with('-'))
    throw Error(Errc::Usage, "hvparam must begin with ‘-’ character");
  // What the library itself says to the hypervisor.
  for (const char* own : {"-kernel", "-initrd", "-nographic", "-display", "-serial", "-full-screen",
                          "-std-vga", "-vnc"})
    if (hvparam == own)
      throw Error(Errc::Usage, cat("parameter ‘", hvparam, "’ isn't allowed"));
  std::vector<std::string>& arguments = g.handle.settings().hv_arguments;
  arguments.push_back(hvparam);
  if (hvvalue)
    arguments.push_back(*hvvalue);
}

bool get_pgroup(guestfs_h& g) {
  return g.settings.pgroup;
}
void set_pgroup(guestfs_h& g, bool pgroup) {
  g.settings.pgroup = pgroup;
}
bool get_recovery_proc(guestfs_h& g) {
  return g.settings.recovery_proc;
}
void set_recovery_proc(guestfs_h& g, bool recoveryproc) {
  g.settings.recovery_proc = recoveryproc;
}
bool get_selinux(guestfs_h& g) {
  return g.settings.selinux;
}
void set_selinux(guestfs_h& g, bool selinux) {
  g.settings.selinux = selinux;
}
bool get_direct(guestfs_h& g) {
  return g.settings.direct;
}
void set_direct(guestfs_h& g, bool direct) {
  g.settings.direct = direct;
}

// --- The environment

namespace {

bool truth(const std::string& name, const std::string& value) {
  for (const char* yes : {"1", "true", "t", "yes", "y", "on"})
    if (strcasecmp(value.c_str(), yes) == 0)
      return true;
  for (const char* no : {"", "0", "false", "f", "no", "n", "off"})
    if (strcasecmp(value.c_str(), no) == 0)
      return false;
  throw Error(Errc::Usage, cat(name, "=", value, ": non-boolean value"));
}

int number(const std::string& name, const std::string& value) {
  char* end = nullptr;
  errno = 0;
  const long parsed = std::strtol(value.c_str(), &end, 10);
  if (value.empty() || *end != '\0' || errno != 0 || parsed < INT_MIN || parsed > INT_MAX)
    throw Error(Errc::Usage, cat("non-numeric value for ", name));
  return static_cast<int>(parsed);
}

struct Variable {
  const char* name;
  const char* config_only;  // the call that it stands for, if that one is
  void (*take)(guestfs_h& g, const std::string& value);
};

constexpr Variable kVariables[] = {
    {"LIBGUESTFS_TRACE", nullptr,
     [](guestfs_h& g, const std::string& v) { set_trace(g, truth("LIBGUESTFS_TRACE", v)); }},
    {"LIBGUESTFS_DEBUG", nullptr,
     [](guestfs_h& g, const std::string& v) { set_verbose(g, truth("LIBGUESTFS_DEBUG", v)); }},
    {"LIBGUESTFS_TMPDIR", "set_tmpdir",
     [](guestfs_h& g, const std::string& v) { set_tmpdir(g, v); }},
    {"LIBGUESTFS_CACHEDIR", "set_cachedir",
     [](guestfs_h& g, const std::string& v) { use_cachedir(g, v); }},
    {"LIBGUESTFS_PATH", "set_path", [](guestfs_h& g, const std::string& v) { set_path(g, v); }},
    {"LIBGUESTFS_QEMU", "set_hv", [](guestfs_h& g, const std::string& v) { set_hv(g, v); }},
    {"LIBGUESTFS_HV", "set_hv", [](guestfs_h& g, const std::string& v) { set_hv(g, v); }},
    {"LIBGUESTFS_APPEND", "set_append",
     [](guestfs_h& g, const std::string& v) { set_append(g, v); }},
    {"LIBGUESTFS_MEMSIZE", "set_memsize",
     [](guestfs_h& g, const std::string& v) { set_memsize(g, number("LIBGUESTFS_MEMSIZE", v)); }},
    {"LIBGUESTFS_BACKEND", "set_backend",
     [](guestfs_h& g, const std::string& v) { set_backend(g, v); }},
    {"LIBGUESTFS_BACKEND_SETTINGS", "set_backend_settings",
     [](guestfs_h& g, const std::string& v) { set_backend_settings(g, base::split(v, ':')); }},
};

void set(guestfs_h& g, const Variable& variable, const std::string& value) {
  if (variable.config_only)
    require_config(g, variable.config_only);
  variable.take(g, value);
}

}  // namespace

void parse_environment(guestfs_h& g) {
  for (const Variable& variable : kVariables)
    if (const char* value = std::getenv(variable.name); value && *value)
      set(g, variable, value);
}

void parse_environment_list(guestfs_h& g, const std::vector<std::string>& environment) {
  for (const Variable& variable : kVariables) {
    const std::string start = cat(variable.name, "=");
    for (const std::string& entry : environment)
      if (entry.starts_with(start) && entry.size() > start.size())
        set(g, variable, entry.substr(start.size()));
  }
}

}  // namespace glovebox::capi::handle_calls
