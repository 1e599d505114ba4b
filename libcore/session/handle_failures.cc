// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "session/handle_impl.h"
#include "vm/qemu/overlay.h"

namespace glovebox {

// "write of disk.img: No space left on device".
std::string Handle::Impl::describe(const vm::IoError& error) {
  const auto drive = std::ranges::find_if(
      drives, [&](const session::ConfiguredDrive& d) { return d.ids.device == error.device; });
  const std::string reason = base::escape(error.reason);
  return base::cat(
      base::escape(error.operation), " of ",
      base::escape(drive != drives.end() ? drive->path : error.device),
      error.on_overlay ? base::cat("'s throw-away layer in ",
                                   base::escape(vm::overlay_directory(settings.tmpdir).path))
                       : "",
      ": ", reason, reason == base::errno_text(EFBIG) ? base::limit_advice(EFBIG) : "");
}

std::string Handle::Impl::io_errors() noexcept {
  try {
    constexpr size_t kMaxReported = 8;
    std::string text;
    size_t count = 0;
    for (const vm::IoError& error : vm->take_io_errors()) {
      if (count < kMaxReported)
        text += (text.empty() ? "on the host: " : "; ") + describe(error);
      ++count;
      const auto known = [&](const session::ConfiguredDrive& d) {
        return d.ids.device == error.device;
      };
      if (error.operation == "write" && !error.on_overlay && std::ranges::any_of(drives, known))
        lost_writes.emplace(error.device, describe(error));
    }
    return count > kMaxReported ? base::cat(text, "; and ", count - kMaxReported, " more") : text;
  } catch (const std::exception&) {
    return {};  // the call's own error is the one to tell
  }
}

void Handle::Impl::refuse_lost_writes(const char* call,
                                      const session::ConfiguredDrive& drive) const {
  if (const auto lost = lost_writes.find(drive.ids.device); lost != lost_writes.end())
    throw Error(Errc::System,
                base::cat(call, ": on the host: ", lost->second,
                          ": not everything written since then is in the image"),
                EIO);
}

void Handle::Impl::end_and_throw(const Error& e) {
  const bool in_limit = e.code() != Errc::Timeout || !out_of_time();
  std::string said = in_limit ? vm->end_text() : "";  // what it was doing is no reason
  if (vm->found_stopped() && session::note_kvm_failure(settings, report, e.what()))
    said += "; the next launch uses emulation instead of KVM";
  end();
  emit({.kind = EventKind::SubprocessQuit});
  throw Error(e.code(), e.what() + said, e.errnum());
}

}  // namespace glovebox
