// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/fdisk_table.h"

#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/formats/refuse.h"

namespace glovebox::guestd {
namespace {

// libfdisk's questions and complaints: the last complaint is kept, a question gets no answer.
int take_message(fdisk_context*, fdisk_ask* ask, void* data) {
  const int type = fdisk_ask_get_type(ask);
  if (type != FDISK_ASKTYPE_WARN && type != FDISK_ASKTYPE_WARNX)
    return type == FDISK_ASKTYPE_INFO ? 0 : -EINVAL;
  if (const char* text = fdisk_ask_print_get_mesg(ask))
    *static_cast<std::string*>(data) = base::escape(text);
  return 0;
}

}  // namespace

FdiskTable::FdiskTable(const std::string& device, Kind kind)
    : device_(device),
      said_(std::make_unique<std::string>()),
      context_(fdisk_new_context(), fdisk_unref_context) {
  if (!context_)
    throw std::bad_alloc();
  fdisk_set_ask(context_.get(), take_message, said_.get());
  check(fdisk_assign_device(context_.get(), device.c_str(), 0), "opening it");
  if (!fdisk_has_label(context_.get()))
    refuse(base::cat(device_, ": does not contain a recognized partition table"));
  if (!fdisk_is_labeltype(context_.get(),
                          kind == Kind::Gpt ? FDISK_DISKLABEL_GPT : FDISK_DISKLABEL_DOS))
    refuse(base::cat(device_, ": the partition table is not ", kind == Kind::Gpt ? "GPT" : "MBR"));
}

FdiskTable::~FdiskTable() {
  fdisk_deassign_device(context_.get(), 1);  // without a sync: the call syncs when it has written
}

void FdiskTable::check(int result, const char* what) const {
  if (result < 0)
    refuse(base::cat(device_, ": ", what, ": ", said_->empty() ? base::errno_text(-result) : *said_));
}

size_t FdiskTable::index_of(int32_t number) const {
  const auto index = static_cast<size_t>(number) - 1;
  if (number <= 0)
    refuse("partition number must be >= 1");
  if (index >= fdisk_get_npartitions(context_.get()) ||
      !fdisk_is_partition_used(context_.get(), index))
    refuse(base::cat(device_, ": partition ", number, " does not exist"));
  return index;
}

void FdiskTable::set_type(int32_t number, const std::string& type) {
  const size_t index = index_of(number);
  fdisk_label* label = fdisk_get_label(context_.get(), nullptr);
  const std::unique_ptr<fdisk_parttype, void (*)(fdisk_parttype*)> parsed(
      fdisk_label_parse_parttype(label, type.c_str()), fdisk_unref_parttype);
  if (!parsed)
    refuse(base::cat(device_, ": '", base::escape(type), "' is not a type of partition"));
  check(fdisk_set_partition_type(context_.get(), index, parsed.get()), "setting the type");
}

void FdiskTable::change(int32_t number,
                        const char* what,
                        int (*set)(fdisk_partition*, const char*),
                        const std::string& value) {
  const size_t index = index_of(number);
  const std::unique_ptr<fdisk_partition, void (*)(fdisk_partition*)> wanted(fdisk_new_partition(),
                                                                            fdisk_unref_partition);
  if (!wanted)
    throw std::bad_alloc();
  check(set(wanted.get(), value.c_str()), what);
  check(fdisk_set_partition(context_.get(), index, wanted.get()), what);
}

void FdiskTable::set_name(int32_t number, const std::string& name) {
  change(number, "setting the name", fdisk_partition_set_name, name);
}

void FdiskTable::set_uuid(int32_t number, const std::string& uuid) {
  change(number, "setting the GUID", fdisk_partition_set_uuid, uuid);
}

void FdiskTable::set_attributes(int32_t number, uint64_t attributes) {
  check(fdisk_gpt_set_partition_attrs(context_.get(), index_of(number), attributes),
        "setting the attributes");
}

void FdiskTable::set_disk_id(const std::string& id) {
  check(fdisk_set_disklabel_id_from_string(context_.get(), id.c_str()), "setting the disk's GUID");
}

void FdiskTable::write() {
  check(fdisk_write_disklabel(context_.get()), "writing it");
}

}  // namespace glovebox::guestd
