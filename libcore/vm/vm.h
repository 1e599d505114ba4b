// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Vm: one running appliance with its drives plugged in, and the socket on which guestd answers.
// Started as a clone of a template, or booted. Everything that was started ends with the object.
// One thread at a time.
//
// Nothing waits for a machine longer than it shows signs of life: one that qemu has stopped is
// Died at once, one that is idle for kLongestIdle is Timeout. A slow one is waited for until the
// deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/canceller.h"
#include "base/deadline.h"
#include "base/unique_fd.h"
#include "glovebox/error.h"
#include "vm/machine_start.h"
#include "vm/qemu/activity.h"
#include "vm/qemu/qmp_values.h"
#include "vm/template/template_store.h"

namespace glovebox::vm {

class Vm {
 public:
  // How long a machine may neither print, nor say something by QMP, nor use a processor.
  static constexpr std::chrono::seconds kLongestIdle{30};

  // Restores a clone; guestd is where the template was saved: waiting for its first call. Throws
  // Corrupt when qemu refuses the template or ends while it loads it; System with ENOMEM or EAGAIN
  // when memory or threads are short, as boot and make_template do; Died when qemu ended before it
  // came to that.
  static Vm clone(const VmOptions& options,
                  const Template& from,
                  const std::vector<PreparedDrive>& drives,
                  const base::Deadline& deadline);
  // Boots; returns when guestd has said that it is ready.
  static Vm boot(const VmOptions& options,
                 const std::vector<PreparedDrive>& drives,
                 const base::Deadline& deadline);
  // Boots without drives and saves the machine into `directory`/ram and `directory`/state. Returns
  // how long the machine took from its first instruction to guestd's word that it is ready.
  static std::chrono::milliseconds make_template(const VmOptions& options,
                                                 const std::string& directory,
                                                 const base::Deadline& deadline);

  base::UniqueFd take_rpc() { return std::move(rpc_); }
  // The memory behind the transfer disk, a memfd of sealed size.
  base::UniqueFd take_transfer_memory() { return std::move(transfer_memory_); }
  Qmp& qmp() { return *qmp_; }
  Console& console() { return console_; }
  // What went wrong on the host's side of the drives since the last time. A guest sees only
  // "Input/output error".
  std::set<IoError> take_io_errors();
  pid_t pid() const { return process_.pid(); }  // see QemuProcess

  // Takes what qemu has said. Throws Died "the virtual machine stopped (internal error)" if it
  // stopped the machine, but for a pause where the caller's own arguments or wrapper may have
  // attached a debugger.
  void require_running();
  bool found_stopped() const { return found_stopped_; }
  // How long the machine has shown no sign of life since start_idle(). Ask every few seconds.
  void start_idle();
  std::chrono::milliseconds idle();
  // How long the machine has done no more than what guestd's heartbeats cost, since start_rest():
  // its processors have hardly run, it has asked nothing of a disk, and printed nothing (work.h).
  // Looked at every ten seconds.
  void start_rest();
  std::chrono::milliseconds rest();

  const std::vector<std::string>& missing_layers() const { return process_.missing_layers(); }

  // For a machine that went away in the middle of its work: who killed it, if somebody else did,
  // and what it said last: " qemu was killed by signal 9 (Killed), perhaps because ...; the
  // appliance's last words: ...". Begins with a space or a semicolon, or is empty.
  std::string end_text() noexcept;

  // Ends the machine at once; unsynced data in the guest is lost, so sync first.
  void kill() noexcept;

 private:
  Vm(const VmOptions& options, const RamFile& ram, const std::vector<PreparedDrive>& drives);
  void plug(const std::vector<PreparedDrive>& drives);
  void wait_ready(const base::Canceller* canceller, const base::Deadline& deadline);
  IdleTimer::Look look() const;
  Work work_now();
  std::optional<uint64_t> disk_requests();
  // An error on its way out. Where qemu is gone, how it ended takes the error's place; its code is
  // then `blame`, or System if memory or threads were short.
  [[noreturn]] void rethrow(Error& e, const std::string& doing, Errc blame = Errc::Died);

  std::string program_;  // how messages call qemu
  int memory_mib_ = 0;
  bool may_be_paused_ = false;
  Network network_;
  QemuProcess process_;
  std::unique_ptr<Qmp> qmp_;
  base::UniqueFd rpc_;
  base::UniqueFd transfer_memory_;
  Console console_;
  base::Deadline::Clock::time_point started_ = base::Deadline::Clock::now();
  IdleTimer idle_;
  RestTimer rest_;
  bool found_stopped_ = false;
};

}  // namespace glovebox::vm
