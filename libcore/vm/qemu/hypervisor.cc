// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/qemu/hypervisor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::vm {
namespace {

constexpr const char* kDefault = "qemu-system-x86_64";

std::string from_environment() {
  for (const char* name : {"LIBGUESTFS_HV", "LIBGUESTFS_QEMU"}) {
    const char* value = std::getenv(name);
    if (value && *value)
      return value;
  }
  return {};
}

std::string search_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  for (const std::string& directory : base::split(path ? path : "/usr/bin:/bin", ':')) {
    const std::string candidate = directory + "/" + program;
    if (!directory.empty() && access(candidate.c_str(), X_OK) == 0)
      return candidate;
  }
  throw Error(
      Errc::NotFound,
      base::cat(program,
                " is not in PATH; install it (Debian: 'apt install qemu-system-x86', Fedora: 'dnf "
                "install qemu-kvm') or set LIBGUESTFS_HV to another qemu"));
}

[[noreturn]] void throw_unusable(const std::string& path, int errnum) {
  throw Error(errnum == ENOENT ? Errc::NotFound : Errc::Denied,
              base::cat("the hypervisor ", base::escape(path),
                        " (LIBGUESTFS_HV) cannot be used: ", base::errno_text(errnum)),
              errnum);
}

}  // namespace

Hypervisor find_hypervisor(const std::string& chosen) {
  std::string wanted = chosen.empty() ? from_environment() : chosen;
  if (wanted.empty() || wanted.find('/') == std::string::npos)
    wanted = search_path(wanted.empty() ? kDefault : wanted);
  struct stat st {};
  if (stat(wanted.c_str(), &st) != 0)
    throw_unusable(wanted, errno);
  if (!S_ISREG(st.st_mode))
    throw_unusable(wanted, S_ISDIR(st.st_mode) ? EISDIR : EACCES);
  if (access(wanted.c_str(), X_OK) != 0)
    throw_unusable(wanted, errno);
  Hypervisor h{.path = wanted, .stamp = {}};
  // Only what a container's image keeps: its file system gives other device and inode numbers to
  // each container, and no fractions of a second.
  h.stamp = base::cat(wanted, ":", st.st_size, ":", st.st_mtim.tv_sec);
  const base::UniqueFd fd = base::open_file(wanted, O_RDONLY);
  char magic[2] = {};
  base::pread_some(fd.get(), magic, sizeof magic, 0, wanted);
  h.is_script = magic[0] == '#' && magic[1] == '!';
  return h;
}

std::string hypervisor_version(const Hypervisor& hypervisor) {
  const auto result = base::run_ok({.argv = {hypervisor.path, "--version"},
                                    .timeout = std::chrono::seconds(10),
                                    .max_output_bytes = 65536});
  const std::string mark = "version ";
  const size_t at = result.stdout_text.find(mark);
  if (at == std::string::npos)
    throw Error(Errc::Unsupported, hypervisor.path + " --version: no version number in the answer");
  const size_t begin = at + mark.size();
  return result.stdout_text.substr(
      begin, result.stdout_text.find_first_not_of("0123456789.", begin) - begin);
}

bool has_readonly_ram_option(const std::string& version) {
  int major = 0, minor = 0;
  if (std::sscanf(version.c_str(), "%d.%d", &major, &minor) != 2)
    return false;
  return major > 8 || (major == 8 && minor >= 2);
}

}  // namespace glovebox::vm
