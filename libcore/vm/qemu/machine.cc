// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Why these devices: virtio-blk carries the appliance's root, so that guests' drives have
// virtio-scsi and its names to themselves; vmgenid tells the kernel of a restored clone to reseed;
// everything else that q35 would add is off, because each device costs time at boot and at restore.
#include "vm/qemu/machine.h"

#include "base/cat.h"

namespace glovebox::vm {
namespace {

using base::cat;

// mitigations=off: the guest kernel has nothing to defend inside the sealed machine, and the
// mitigations are dear under emulation. tsc=reliable no_timer_check: a clone's clock jumps, and the
// checks would call it broken.
//
// clocksource=acpi_pm, under emulation: an emulated TSC runs at the rate of the host's, which the
// kernel measures while the template boots. A template that was baked into an image may be restored
// on a host of another rate; the PM timer runs at 3.58 MHz on every one.
std::string kernel_arguments(const Machine& machine) {
  std::string arguments =
      "panic=-1 console=ttyS0 edd=off no_timer_check printk.time=1 cgroup_disable=memory "
      "usbcore.nousb "
      "cryptomgr.notests tsc=reliable 8250.nr_uarts=1 random.trust_cpu=on mitigations=off "
      "selinux=0 apparmor=0 audit=0 rcupdate.rcu_expedited=1 nmi_watchdog=0 nowatchdog";
  if (machine.accel == Accel::Tcg)
    arguments += " clocksource=acpi_pm";
  arguments += machine.verbose ? " glovebox.verbose=1" : " quiet";
  if (!machine.append.empty())
    arguments += " " + machine.append;
  return arguments;
}

// TCG runs `rep movsb` and `rep stosb` a byte at a time; told that they are not fast, kernel and C
// library copy and clear by words.
constexpr const char* kEmulatedCpu = "max,erms=off,fsrm=off";

}  // namespace

std::string escape_option(const std::string& value) {
  std::string out;
  for (const char c : value) {
    out += c;
    if (c == ',')
      out += ',';
  }
  return out;
}

std::vector<std::string> machine_arguments(const Machine& machine) {
  std::vector<std::string> argv = {
      "-no-user-config",
      "-nodefaults",
      "-no-reboot",
      "-display",
      "none",
      "-machine",
      "q35,smm=off,usb=off,graphics=off,sata=off,smbus=off,hpet=off,vmport=off,memory-backend=ram",
      "-accel",
      machine.accel == Accel::Kvm ? "kvm" : "tcg,tb-size=128",
      "-cpu",
      machine.accel == Accel::Kvm ? "host" : kEmulatedCpu,
      "-m",
      cat(machine.memory_mib),
      "-smp",
      cat(machine.cpus),
      "-rtc",
      "base=utc,driftfix=slew",
      "-kernel",
      machine.kernel,
      "-initrd",
      machine.initrd,
      "-append",
      kernel_arguments(machine),
      "-device",
      "vmgenid,guid=auto",
      "-object",
      "rng-random,id=rng0,filename=/dev/urandom",
      "-device",
      "virtio-rng-pci,rng=rng0",
      "-device",
      "virtio-blk-pci,drive=root",
      "-device",
      "virtio-blk-pci,drive=transfer,serial=transfer",
      "-device",
      "virtio-scsi-pci,id=scsi0",
      "-device",
      "virtio-serial-pci,id=serial0",
      "-device",
      "virtserialport,bus=serial0.0,chardev=rpc,name=org.glovebox.rpc"};
  if (machine.network)
    argv.insert(argv.end(), {"-device", "virtio-net-pci,netdev=net0,mac=52:56:00:00:00:02"});
  return argv;
}

std::vector<std::string> qemu_command(const Machine& machine, const Launch& launch) {
  std::vector<std::string> argv = {machine.qemu, "-name", "glovebox", "-S"};
  const auto add = [&](const std::string& option, const std::string& value) {
    argv.push_back(option);
    argv.push_back(value);
  };
  for (const InheritedFd& fd : launch.fds) add("-add-fd", cat("fd=", fd.fd, ",set=", fd.set));
  if (launch.shared_ram) {
    add("-object", cat("memory-backend-file,id=ram,size=", machine.memory_mib,
                       "M,share=on,mem-path=", escape_option(launch.shared_ram->path)));
  } else if (launch.private_ram) {
    add("-object", cat("memory-backend-file,id=ram,size=", machine.memory_mib, "M,share=off,",
                       launch.private_ram->readonly_option ? "readonly=on,rom=off," : "",
                       "mem-path=", escape_option(launch.private_ram->path)));
  } else {
    add("-object", cat("memory-backend-ram,id=ram,size=", machine.memory_mib, "M"));
  }
  add("-chardev", cat("socket,id=qmp,fd=", launch.channels.qmp));
  add("-mon", "chardev=qmp,mode=control");
  add("-chardev", cat("socket,id=rpc,fd=", launch.channels.rpc));
  add("-chardev", cat("socket,id=console,fd=", launch.channels.console));
  add("-serial", "chardev:console");
  if (machine.network)
    add("-netdev", cat("socket,id=net0,fd=", launch.channels.network));
  add("-blockdev",
      cat(R"({"driver":"raw","node-name":"root","read-only":true,"file":{"driver":"file",)",
          R"("filename":"/dev/fdset/)", launch.root_fdset,
          R"(","read-only":true,"locking":"off"}})"));
  add("-blockdev",
      cat(R"({"driver":"raw","node-name":"transfer","file":{"driver":"file",)",
          R"("filename":"/dev/fdset/)", launch.transfer_fdset, R"(","locking":"off"}})"));
  for (const std::string& blockdev : launch.blockdevs) add("-blockdev", blockdev);
  const auto shape = machine_arguments(machine);
  argv.insert(argv.end(), shape.begin(), shape.end());
  if (launch.incoming)
    add("-incoming", "defer");
  argv.insert(argv.end(), machine.arguments.begin(), machine.arguments.end());
  return argv;
}

}  // namespace glovebox::vm
