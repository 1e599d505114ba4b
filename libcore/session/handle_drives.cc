// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "session/handle_impl.h"
#include "session/untraced.h"
#include "vm/hot_plug.h"
#include "vm/qemu/overlay.h"

namespace glovebox {
namespace {

constexpr size_t kMaxDrives = 255;  // targets of one virtio-scsi controller
constexpr auto kPlugTimeout = std::chrono::seconds(30);

}  // namespace

namespace session {

InternalDrive described(const ConfiguredDrive& drive) {
  const ScsiAddress address = scsi_address(drive.index);
  return {.index = static_cast<int32_t>(drive.index),
          .target = address.target,
          .lun = address.lun,
          .readonly = drive.options.readonly,
          .label = drive.options.label.value_or("")};
}

}  // namespace session

session::Drive Handle::Impl::prepare(session::ConfiguredDrive& drive) {
  std::vector<disk::Identity> written;
  for (const session::ConfiguredDrive& other : drives)
    if (other.written)
      written.push_back(*other.written);
  session::Drive opened =
      session::prepare_drive(drive.index, drive.path, drive.options, written,
                             vm::overlay_directory(settings.tmpdir), next_fdset);
  next_fdset += static_cast<int>(opened.prepared.fds.size());
  drive.ids = opened.prepared.ids;
  if (!drive.options.readonly)
    drive.written = disk::identity_of(opened.chain.top());
  return opened;
}

size_t Handle::Impl::free_index() const {
  size_t index = 0;
  for (const session::ConfiguredDrive& drive : drives)
    if (drive.index == index)
      ++index;
  return index;
}

template <typename Action>
void Handle::Impl::with_qemu(const char* call, const Action& action) {
  try {
    action(vm->qmp(), base::Deadline::after(kPlugTimeout));
  } catch (Error& e) {
    if (e.code() == Errc::Died)
      end_and_throw(Error(e.code(), base::cat(call, ": ", e.what(), "."), EPIPE));
    throw e.in(call);
  }
}

void Handle::add_drive(const std::string& path, const DriveOptions& options) {
  const auto arguments = [&](calls::TraceLine& line) {
    line.argument(path);
    if (options.readonly)
      line.optional("readonly", std::optional(true));
    line.optional("format", options.format);
    line.optional("label", options.label);
    line.optional("blocksize", options.blocksize);
  };
  session::traced_call(*this, "add_drive", arguments, [&] { add(path, options); });
}

void add_drive_untraced(Handle& handle, const std::string& path, const DriveOptions& options) {
  handle.add(path, options);
}

void Handle::add(const std::string& path, const DriveOptions& options) {
  impl_->guarded([&] {
    if (impl_->drives.size() >= kMaxDrives)
      throw Error(Errc::Usage, base::cat("add_drive: more than ", kMaxDrives, " drives"));
    if (impl_->state == State::Ready)
      return plug(path, options);
    impl_->require(State::Config, "add_drive");
    impl_->drives.push_back({path, options});
  });
}

void Handle::plug(const std::string& path, const DriveOptions& options) {
  if (!options.label)
    throw Error(Errc::Usage, "add_drive: a drive that is added after the launch needs a label");
  if (impl_->labelled(*options.label) != impl_->drives.end())
    throw Error(Errc::Usage, base::cat("add_drive: there is a drive with the label '",
                                       base::escape(*options.label), "' already"));
  session::ConfiguredDrive drive{path, options, impl_->free_index()};
  const session::Drive opened = impl_->prepare(drive);
  impl_->with_qemu("add_drive", [&](vm::Qmp& qmp, const base::Deadline& deadline) {
    vm::hot_add(qmp, opened.prepared, deadline);
  });
  try {
    const InternalDrive added = session::described(drive);
    internal_add_drive(added.index, added.target, added.lun, added.readonly, added.label);
  } catch (...) {  // a callback's exception, too
    try {
      if (impl_->vm)
        vm::hot_remove(impl_->vm->qmp(), drive.ids, base::Deadline::after(kPlugTimeout));
    } catch (const Error&) {
      // The first error is the one to tell.
    }
    throw;
  }
  if (impl_->state != State::Ready)
    throw Error(Errc::Usage, "add_drive: a callback ended the appliance in the meantime");
  impl_->in_use = impl_->in_use || opened.in_use;
  impl_->drives.insert(impl_->drives.begin() + static_cast<ptrdiff_t>(drive.index), drive);
}

void Handle::remove_drive(const std::string& label) {
  const auto arguments = [&](calls::TraceLine& line) { line.argument(label); };
  session::traced_call(*this, "remove_drive", arguments, [&] {
    impl_->guarded([&] {
      const auto found = impl_->labelled(label);
      if (found == impl_->drives.end())
        throw Error(Errc::Usage, base::cat("remove_drive: there is no drive with the label '",
                                           base::escape(label), "'"));
      if (impl_->state == State::Ready)
        return unplug(label);
      impl_->require(State::Config, "remove_drive");
      impl_->drives.erase(found);
    });
  });
}

void Handle::unplug(const std::string& label) {
  const session::ConfiguredDrive drive = *impl_->labelled(label);
  impl_->refuse_lost_writes("remove_drive", drive);
  try {
    internal_remove_drive(static_cast<int32_t>(drive.index));
  } catch (const Error&) {
    impl_->refuse_lost_writes("remove_drive", drive);
    throw;
  }
  // A callback may have changed everything since.
  if (const auto found = impl_->labelled(label); found != impl_->drives.end())
    impl_->drives.erase(found);
  if (impl_->vm)
    impl_->with_qemu("remove_drive", [&](vm::Qmp& qmp, const base::Deadline& deadline) {
      vm::hot_remove(qmp, drive.ids, deadline);
    });
}

void Handle::forget_drives_from(size_t index) {
  impl_->guarded([&] {
    if (index >= impl_->drives.size())
      return;
    impl_->require(State::Config, "forget_drives_from");
    impl_->drives.resize(index);
  });
}

size_t Handle::drive_count() const {
  return impl_->drives.size();
}

}  // namespace glovebox
