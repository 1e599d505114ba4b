// SPDX-License-Identifier: LGPL-2.1-or-later
//
// mount_local and its like. FUSE is in a module beside this library (fuse/local_mount.h), which is
// loaded here and stays.
#include "fuse/local_mount.h"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>

#include "base/cat.h"
#include "base/error.h"
#include "base/scope_exit.h"
#include "capi/handle.h"
#include "capi/handle_calls.h"
#include "glovebox/admin.h"

namespace glovebox::capi::handle_calls {
namespace {

using base::cat;

std::string module_path() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&module_path), &info) == 0 || !info.dli_fname)
    throw Error(Errc::System, "mount_local: the dynamic linker does not know this library");
  return std::filesystem::path(info.dli_fname).replace_filename("glovebox-fuse.so");
}

fuse::Mount& mount_function() {
  void* const module = dlopen(module_path().c_str(), RTLD_NOW | RTLD_LOCAL);
  void* const symbol = module ? dlsym(module, fuse::kMountSymbol) : nullptr;
  if (!symbol)
    throw Error(Errc::Unsupported,
                cat("mount_local: ", dlerror(), " (is libfuse, version 2, installed?)"), ENOTSUP);
  return *reinterpret_cast<fuse::Mount*>(symbol);
}

// What the field's library says of each request, to whoever wants debugging messages.
std::function<void(const std::string&)> notes_for(guestfs_h& g, const std::string& mountpoint) {
  return [&g, mountpoint](const std::string& request) {
    if (g.handle.settings().verbose)
      emit(&g, {.kind = EventKind::Library, .text = cat(mountpoint, ": ", request, "\n")});
  };
}

void require_root(guestfs_h& g, const std::string& mountpoint) {
  try {
    g.handle.exists("/");
  } catch (const Error&) {
    throw Error(
        Errc::Usage,
        cat("you must call ‘guestfs_mount’ first to mount a filesystem on '/'.\nNote: ‘",
            mountpoint, "’ is still mounted.  Use ‘guestunmount ", mountpoint, "’ to clean up."));
  }
}

}  // namespace

void mount_local(guestfs_h& g,
                 const std::string& localmountpoint,
                 const MountLocalOptions& optargs) {
  if (g.local_mount.mount)
    throw Error(Errc::Usage, "filesystem is already mounted in another thread");
  fuse::LocalMountOptions options{.mountpoint = localmountpoint,
                                  .unmounter = find_helper("unmounter"),
                                  .readonly = optargs.readonly.value_or(false),
                                  .options = optargs.options.value_or("")};
  if (optargs.cachetimeout)
    options.cache_timeout = std::chrono::seconds(std::max(*optargs.cachetimeout, 0));
  if (optargs.debugcalls.value_or(false))
    options.note = notes_for(g, localmountpoint);
  mount_function()(g.handle, options, g.local_mount.mount);
  g.local_mount.path = localmountpoint;
}

void mount_local_run(guestfs_h& g) {
  if (!g.local_mount.mount)
    throw Error(Errc::Usage, "you must call guestfs_mount_local first");
  require_root(g, g.local_mount.path);
  const base::ScopeExit over([&] { g.local_mount = {}; });
  // Meanwhile other threads may use the handle: one of them will call umount_local.
  g.mutex.unlock();
  const base::ScopeExit relock([&] { g.mutex.lock(); });
  g.local_mount.mount->run();
}

void umount_local(guestfs_h& g, const UmountLocalOptions& optargs) {
  if (!g.local_mount.mount)
    throw Error(Errc::Usage, "no filesystem is mounted");
  g.local_mount.mount->unmount(optargs.retry.value_or(false));
}

}  // namespace glovebox::capi::handle_calls
