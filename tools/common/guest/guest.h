// SPDX-License-Identifier: GPL-2.0-or-later
//
// Guest: a launched handle with the disks that the user named (those of a libvirt guest are asked
// of libvirt), read-only, wired to the tool's messages: -v and -x lines, progress, and ^C, which
// cancels the running call. Borrows the options and the messages. One at a time in a process.
#pragma once

#include <functional>
#include <vector>

#include "glovebox/domain.h"
#include "glovebox/handle.h"
#include "tools/common/cli/signals.h"
#include "tools/common/guest/guest_options.h"
#include "tools/common/guest/keys.h"
#include "tools/common/guest/running.h"
#include "tools/common/output/messages.h"
#include "tools/common/output/progress.h"

namespace glovebox::tools {

// The settings that the shared options ask for, over the defaults of `settings`.
void apply_settings(const GuestOptions& options, const std::string& program, Settings& settings);

class Guest {
 public:
  Guest(const GuestOptions& options, const std::string& program, Messages& messages);

  Handle& handle() { return handle_; }
  // Runs `look` once; at disks in use, until it meets no damage (see running.h). Encrypted volumes
  // are opened before: all where the tool looks for a system, those of --key where -m says what to
  // mount.
  void look(const std::function<void(Damage)>& look);
  // Runs an action on the guest. If the guest has then taken too long, the error says which option
  // gives it more time. look() does this, too.
  void run(const std::function<void()>& action);
  // Ends the appliance. The destructor does it too, but cannot tell of a failure.
  void close() { handle_.shutdown(); }

 private:
  Guest(const std::vector<DomainDrive>& drives,
        const GuestOptions& options,
        const std::string& program,
        Messages& messages);
  void launch();
  void on_event(const Event& event);
  void open_encrypted_volumes();

  const GuestOptions& options_;
  Keys keys_;
  Messages& messages_;
  ProgressBar bar_;
  bool show_bar_;
  Handle handle_;
  CatchSignals cancel_on_signal_;  // after the handle that it cancels
};

// The whole of a tool that reads files: launches the guest, mounts it (mount.h), runs `verb` on it,
// ends it. Returns the verb's exit status.
int read_guest(const GuestOptions& options,
               const std::string& program,
               Messages& messages,
               const std::function<int(Calls&)>& verb);

}  // namespace glovebox::tools
