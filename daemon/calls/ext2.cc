// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: ext2, ext3 and ext4, by e2fsprogs; attributes of files by ioctl(2).
#include "guestd/functions/ext2.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/device_change.h"
#include "daemon/formats/mke2fs_command.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/program.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions/filesystems.h"
#include "guestd/functions/labels.h"
#include "guestd/functions/make_filesystem.h"

namespace glovebox::guestd {
namespace {

using Words = std::vector<std::string>;

// e2fsck's exit codes are bits: 1 errors were corrected, 2 and the machine should be restarted.
constexpr int kE2fsckFine = 1 | 2;
constexpr int64_t kKibiBytes = 1024;

constexpr const char* kLostAndFound = "lost+found";
// mklost+found(8) leaves as many blocks as an inode of ext2 can name by itself.
constexpr off_t kLostAndFoundBlocks = 12;
constexpr size_t kMostLongNames = 4096;  // enough for them at any size of a block
constexpr size_t kLongNameBytes = 248;

// FS_IOC_GETFLAGS's bits by the letters of chattr(1), in the order in which lsattr(1) shows them.
struct Attribute {
  char letter;
  unsigned flag;
};
constexpr std::array kAttributes = {
    Attribute{'s', FS_SECRM_FL},       Attribute{'u', FS_UNRM_FL},
    Attribute{'S', FS_SYNC_FL},        Attribute{'D', FS_DIRSYNC_FL},
    Attribute{'i', FS_IMMUTABLE_FL},   Attribute{'a', FS_APPEND_FL},
    Attribute{'d', FS_NODUMP_FL},      Attribute{'A', FS_NOATIME_FL},
    Attribute{'c', FS_COMPR_FL},       Attribute{'B', FS_DIRTY_FL},
    Attribute{'Z', FS_DIRTY_FL},       Attribute{'X', FS_NOCOMP_FL},
    Attribute{'E', FS_ENCRYPT_FL},     Attribute{'j', FS_JOURNAL_DATA_FL},
    Attribute{'I', FS_INDEX_FL},       Attribute{'t', FS_NOTAIL_FL},
    Attribute{'T', FS_TOPDIR_FL},      Attribute{'e', FS_EXTENT_FL},
    Attribute{'h', FS_HUGE_FILE_FL},   Attribute{'C', FS_NOCOW_FL},
    Attribute{'F', FS_CASEFOLD_FL},    Attribute{'N', FS_INLINE_DATA_FL},
    Attribute{'P', FS_PROJINHERIT_FL}, Attribute{'V', FS_VERITY_FL},
};

base::UniqueFd open_for_attributes(const Appliance& app, const std::string& file) {
  app.mounts.require_any();
  return open_in_guest(file, O_RDONLY);
}

[[noreturn]] void refuse_errno(const std::string& path) {
  refuse(base::cat(base::escape(path), ": ", base::errno_text(errno)));
}

int flags_of(const base::UniqueFd& fd, const std::string& path) {
  int flags = 0;
  if (::ioctl(fd.get(), FS_IOC_GETFLAGS, &flags) != 0)
    refuse_errno(path);
  return flags;
}

void make(Appliance& app, const std::string& device, const Words& options) {
  const DeviceChange change(app, device);
  change.wipe_signatures();
  run_program({.argv = Arguments{"mke2fs", "-F"}.add_all(options).add(change.name()),
               .about = change.name()});
}

void resize(Appliance& app, const std::string& device, const Words& options) {
  const DeviceChange change(app, device);
  run_program({.argv = Arguments{"resize2fs", change.name()}.add_all(options),
               .about = change.name(),
               .timeout = kLongTimeout});
}

off_t blocks_of(const base::UniqueFd& directory) {
  struct stat status = {};
  if (::fstat(directory.get(), &status) != 0)
    base::throw_errno(kLostAndFound);
  return status.st_size / status.st_blksize;
}

}  // namespace

void mke2fs(Appliance& app, const std::string& device, const Mke2fsOptions& optargs) {
  const DeviceChange change(app, device);
  const Words command = mke2fs_command(change.name(), optargs);
  change.wipe_signatures();
  run_program({.argv = command, .about = change.name()});
}

void mkfs_b(Appliance& app,
            const std::string& fstype,
            int32_t blocksize,
            const std::string& device) {
  mkfs(app, fstype, device, {.blocksize = blocksize});
}

void mke2journal(Appliance& app, int32_t blocksize, const std::string& device) {
  make(app, device, {"-O", "journal_dev", "-b", std::to_string(blocksize)});
}

void mke2journal_L(Appliance& app,
                   int32_t blocksize,
                   const std::string& label,
                   const std::string& device) {
  make(app, device, {"-O", "journal_dev", "-b", std::to_string(blocksize), "-L", label});
}

void mke2journal_U(Appliance& app,
                   int32_t blocksize,
                   const std::string& uuid,
                   const std::string& device) {
  make(app, device, {"-O", "journal_dev", "-b", std::to_string(blocksize), "-U", uuid});
}

void mke2fs_J(Appliance& app,
              const std::string& fstype,
              int32_t blocksize,
              const std::string& device,
              const std::string& journal) {
  const std::string journal_name = app.device(journal).name;
  make(app, device,
       {"-t", fstype, "-J", "device=" + journal_name, "-b", std::to_string(blocksize)});
}

void mke2fs_JL(Appliance& app,
               const std::string& fstype,
               int32_t blocksize,
               const std::string& device,
               const std::string& label) {
  mke2fs_J(app, fstype, blocksize, device, findfs_label(app, label));
}

void mke2fs_JU(Appliance& app,
               const std::string& fstype,
               int32_t blocksize,
               const std::string& device,
               const std::string& uuid) {
  mke2fs_J(app, fstype, blocksize, device, findfs_uuid(app, uuid));
}

void tune2fs(Appliance& app, const std::string& device, const Tune2fsOptions& optargs) {
  const std::vector<std::string> options = tune2fs_options(optargs);
  const DeviceChange change(app, device);
  run_program(
      {.argv = Arguments{"tune2fs"}.add_all(options).add(change.name()), .about = change.name()});
}

std::vector<std::pair<std::string, std::string>> tune2fs_l(Appliance& app,
                                                           const std::string& device) {
  const BlockDevice found = app.device(device);
  return parse_tune2fs_list(run_program({.argv = {"tune2fs", "-l", found.name}}));
}

void e2fsck(Appliance& app, const std::string& device, const E2fsckOptions& optargs) {
  const bool correct = optargs.correct.value_or(false), all = optargs.forceall.value_or(false);
  if (correct && all)
    refuse("Only one of the options 'correct', 'forceall' may be specified");
  const DeviceChange change(app, device);
  const Program program = {
      .argv = Arguments{"e2fsck", "-f"}.add_if(correct, "-p").add_if(all, "-y").add(change.name()),
      .about = change.name(),
      .timeout = kLongTimeout,
      .complains_on_stdout = true};
  const ProgramResult result = try_program(program);
  if (result.exit_code & ~kE2fsckFine)
    throw_complaint(program, result);
}

void e2fsck_f(Appliance& app, const std::string& device) {
  e2fsck(app, device, {.correct = true});
}

void resize2fs(Appliance& app, const std::string& device) {
  resize(app, device, {});
}

void resize2fs_size(Appliance& app, const std::string& device, int64_t size) {
  // resize2fs counts in sectors, kibibytes and so on, never in bytes.
  if (size % kKibiBytes != 0)
    refuse(base::cat(size, ": size must be a round number of 1024 bytes"));
  resize(app, device, {base::cat(size / kKibiBytes, "K")});
}

void resize2fs_M(Appliance& app, const std::string& device) {
  resize(app, device, {"-M"});
}

std::string get_e2label(Appliance& app, const std::string& device) {
  return vfs_label(app, device);
}

void set_e2label(Appliance& app, const std::string& device, const std::string& label) {
  const DeviceChange change(app, device);
  run_program({.argv = {"e2label", change.name(), label}, .about = "e2label"});
}

std::string get_e2uuid(Appliance& app, const std::string& device) {
  return vfs_uuid(app, device);
}

void set_e2uuid(Appliance& app, const std::string& device, const std::string& uuid) {
  const DeviceChange change(app, device);
  run_program({.argv = {"tune2fs", "-U", uuid, change.name()}, .about = change.name()});
}

std::string get_e2attrs(Appliance& app, const std::string& file) {
  const auto flags = static_cast<unsigned>(flags_of(open_for_attributes(app, file), file));
  std::string letters;
  for (const Attribute& attribute : kAttributes)
    if (flags & attribute.flag && letters.find(attribute.letter) == std::string::npos)
      letters += attribute.letter;
  std::sort(letters.begin(), letters.end());
  return letters;
}

void set_e2attrs(Appliance& app,
                 const std::string& file,
                 const std::string& attrs,
                 const SetE2attrsOptions& optargs) {
  unsigned wanted = 0;
  std::string seen;
  for (const char letter : attrs) {
    const auto found =
        std::find_if(kAttributes.begin(), kAttributes.end(),
                     [&](const Attribute& attribute) { return attribute.letter == letter; });
    if (!isalpha(static_cast<unsigned char>(letter)) || found == kAttributes.end())
      refuse(base::cat("unknown file attribute '", base::escape(std::string(1, letter)), "'"));
    if (seen.find(letter) != std::string::npos)
      refuse("bit flags must not be specified more than once");
    seen += letter;
    wanted |= found->flag;
  }
  const base::UniqueFd fd = open_for_attributes(app, file);
  int flags = flags_of(fd, file);
  flags = static_cast<int>(optargs.clear.value_or(false) ? static_cast<unsigned>(flags) & ~wanted
                                                         : static_cast<unsigned>(flags) | wanted);
  if (::ioctl(fd.get(), FS_IOC_SETFLAGS, &flags) != 0)
    refuse_errno(file);
}

int64_t get_e2generation(Appliance& app, const std::string& file) {
  const base::UniqueFd fd = open_for_attributes(app, file);
  int generation = 0;
  if (::ioctl(fd.get(), FS_IOC_GETVERSION, &generation) != 0)
    refuse_errno(file);
  return static_cast<uint32_t>(generation);
}

void set_e2generation(Appliance& app, const std::string& file, int64_t generation) {
  const base::UniqueFd fd = open_for_attributes(app, file);
  if (generation < 0 || generation > UINT32_MAX)
    refuse(base::cat(generation, " is not a generation: 32 bits"));
  int value = static_cast<int>(static_cast<uint32_t>(generation));
  if (::ioctl(fd.get(), FS_IOC_SETVERSION, &value) != 0)
    refuse_errno(file);
}

void zerofree(Appliance& app, const std::string& device) {
  const DeviceChange change(app, device);
  run_program({.argv = {"zerofree", change.name()}, .timeout = kLongTimeout});
}

// A directory of ext2 never shrinks: names that were there once leave room for those that a repair
// puts there when no other block is free.
void mklost_and_found(Appliance& app, const std::string& mountpoint) {
  app.mounts.require_any();
  const base::UniqueFd top = open_in_guest(mountpoint, O_RDONLY | O_DIRECTORY);
  if (::mkdirat(top.get(), kLostAndFound, 0700) != 0)
    throw_guest_errno(base::cat(mountpoint, "/", kLostAndFound));
  const base::UniqueFd directory = open_beneath(top.get(), kLostAndFound, O_RDONLY | O_DIRECTORY);
  const auto name = [](size_t number) {
    return std::string(kLongNameBytes, 'x') + std::to_string(number);
  };
  size_t count = 0;
  for (; count < kMostLongNames && blocks_of(directory) < kLostAndFoundBlocks; ++count)
    if (::mknodat(directory.get(), name(count).c_str(), S_IFREG | 0600, 0) != 0)
      throw_guest_errno(base::cat(mountpoint, "/", kLostAndFound));
  while (count > 0) ::unlinkat(directory.get(), name(--count).c_str(), 0);
}

}  // namespace glovebox::guestd
