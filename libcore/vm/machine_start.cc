// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/machine_start.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/files.h"
#include "proto/message.h"
#include "vm/host/locations.h"

namespace glovebox::vm {
namespace {

using base::UniqueFd;

constexpr int kRootFdset = 1;
constexpr int kTransferFdset = 2;

// Its size is sealed: a machine that made it smaller would kill the tool that has it mapped.
UniqueFd make_transfer_memory() {
  UniqueFd memory = base::make_memfd("glovebox-transfer", MFD_ALLOW_SEALING);
  if (ftruncate(memory.get(), off_t{proto::kSlots} * proto::kSlotBytes) != 0 ||
      fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    base::throw_errno("memory for the transfer of files");
  return memory;
}

}  // namespace

StartedMachine start_machine(const VmOptions& options,
                             const RamFile& ram,
                             const std::vector<PreparedDrive>& drives) {
  base::SocketPair qmp = base::make_socket_pair();
  base::SocketPair rpc = base::make_socket_pair();
  base::SocketPair console = base::make_socket_pair();
  base::SocketPair errors = base::make_socket_pair();
  const UniqueFd root = base::open_file(options.appliance.root, O_RDONLY);

  const SharedRam shared{ram.shared ? *ram.shared : ""};
  const PrivateRam private_ram{ram.private_copy ? *ram.private_copy : "",
                               options.readonly_ram_option};

  ProcessOptions process{.argv = {},
                         .descriptors = {{qmp.second.get(), fd_number::kQmp},
                                         {rpc.second.get(), fd_number::kRpc},
                                         {console.second.get(), fd_number::kConsole},
                                         {errors.second.get(), STDERR_FILENO}},
                         .read_paths = {options.machine.kernel, options.machine.initrd},
                         .write_paths = {},
                         .kvm = options.machine.accel == Accel::Kvm,
                         .preload = {},
                         .readonly_path = {},
                         .require_confinement = options.require_confinement,
                         .script = options.script};
  Network network;
  UniqueFd network_socket;
  if (options.machine.network) {
    network = Network::start();
    network_socket = network.take_socket();
    process.descriptors.emplace_back(network_socket.get(), fd_number::kNetwork);
  }
  int next_fd = fd_number::kFirstFree;
  Launch launch{
      .channels = {fd_number::kQmp, fd_number::kRpc, fd_number::kConsole, fd_number::kNetwork},
      .fds = {},
      .root_fdset = kRootFdset,
      .transfer_fdset = kTransferFdset,
      .blockdevs = {},
      .incoming = ram.private_copy != nullptr};
  const auto inherit = [&](int fd, int set) {
    process.descriptors.emplace_back(fd, next_fd);
    launch.fds.push_back({next_fd, set});
    ++next_fd;
  };
  inherit(root.get(), kRootFdset);
  UniqueFd transfer_memory = make_transfer_memory();
  inherit(transfer_memory.get(), kTransferFdset);
  for (const PreparedDrive& drive : drives) {
    for (const InheritedFd& fd : drive.fds) inherit(fd.fd, fd.set);
    launch.blockdevs.insert(launch.blockdevs.end(), drive.blockdevs.begin(), drive.blockdevs.end());
  }
  if (ram.shared) {
    process.write_paths.push_back(*ram.shared);
    launch.shared_ram = &shared;
  } else if (ram.private_copy) {
    process.read_paths.push_back(*ram.private_copy);
    launch.private_ram = &private_ram;
    if (!options.readonly_ram_option) {
      process.preload = private_library("readonly-ram.so");
      process.readonly_path = private_ram.path;
    }
  }
  process.argv = qemu_command(options.machine, launch);
  if (!options.kvm_stand_in.empty()) {
    process.argv.insert(process.argv.begin(), options.kvm_stand_in);
    process.kvm = false;
    process.script = true;
  }

  return {.network = std::move(network),
          .process = QemuProcess::start(process),
          .qmp = std::make_unique<Qmp>(std::move(qmp.first)),
          .rpc = std::move(rpc.first),
          .transfer_memory = std::move(transfer_memory),
          .console =
              Console(std::move(console.first), std::move(errors.first), options.on_console_line)};
}

}  // namespace glovebox::vm
