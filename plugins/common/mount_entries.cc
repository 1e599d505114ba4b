// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugins/common/mount_entries.h"

#include "base/cat.h"
#include "inspect/parsers/unix/fstab.h"
#include "plugins/common/guest_files.h"

namespace glovebox::inspect {
namespace {

using base::cat;

constexpr std::string_view kMapper = "/dev/mapper/";

// The other tables are read only if an entry needs them: most guests have neither.
class Names {
 public:
  explicit Names(kit::Guest& guest) : guest_(guest) {}

  // /dev/mapper/NAME of an opened LUKS container -> LUKS_UUID=...; /dev/md0 -> MD_UUID=...; others
  // unchanged.
  std::string translate(const std::string& spec) {
    if (spec.starts_with(kMapper))
      return translate_mapper(spec);
    if (spec.starts_with("/dev/md"))
      return translate_md(spec);
    return spec;
  }

 private:
  std::string translate_mapper(const std::string& spec) {
    if (!have_crypttab_) {
      have_crypttab_ = true;
      if (const auto text = read_or_report(guest_, "/etc/crypttab", kMaxTableBytes))
        crypttab_ = parse_crypttab(*text);
    }
    const std::string_view name = std::string_view(spec).substr(kMapper.size());
    for (const CrypttabEntry& entry : crypttab_)
      if (entry.target == name && entry.device.starts_with("UUID="))
        return cat("LUKS_", entry.device);
    return spec;
  }

  std::string translate_md(const std::string& spec) {
    if (!have_arrays_) {
      have_arrays_ = true;
      for (const char* path : {"/etc/mdadm.conf", "/etc/mdadm/mdadm.conf"})
        if (const auto text = read_or_report(guest_, path, kMaxTableBytes))
          for (MdArray& array : parse_mdadm_conf(*text)) arrays_.push_back(std::move(array));
    }
    for (const MdArray& array : arrays_)
      if (array.device == spec || cat("/dev/md/", array.device) == spec)
        return cat("MD_UUID=", array.uuid);
    return spec;
  }

  kit::Guest& guest_;
  bool have_crypttab_ = false;
  bool have_arrays_ = false;
  std::vector<CrypttabEntry> crypttab_;
  std::vector<MdArray> arrays_;
};

}  // namespace

void add_mount_entries(kit::Guest& guest) {
  constexpr const char* kFstab = "/etc/fstab";
  constexpr size_t kBadLinesReported = 5;
  const auto text = read_or_report(guest, kFstab, kMaxTableBytes);
  if (!text)
    return;
  const Fstab fstab = parse_fstab(*text);
  for (size_t i = 0; i < fstab.bad_lines.size() && i < kBadLinesReported; ++i)
    guest.problem(kFstab, cat("line ", fstab.bad_lines[i], " is not a valid entry"));
  if (fstab.bad_lines.size() > kBadLinesReported)
    guest.problem(kFstab, cat(fstab.bad_lines.size(), " lines are not valid entries"));
  if (fstab.truncated)
    guest.problem(kFstab, cat("more than ", kMaxTableEntries, " entries; the rest is left out"));
  Names names(guest);
  for (const FstabEntry& entry : fstab.entries) try {
      guest.add_mount(names.translate(entry.spec), entry.mountpoint, entry.vfs_type, entry.options);
    } catch (const kit::Error& e) {
      guest.problem(kFstab, e.what());
      return;
    }
}

}  // namespace glovebox::inspect
