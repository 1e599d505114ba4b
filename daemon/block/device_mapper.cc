// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/device_mapper.h"

#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kTargetAlignment = 8;

// One ioctl: the fixed header, then the targets of a table.
class Request {
 public:
  explicit Request(const MappingPlan& plan, size_t payload_bytes = 0)
      : bytes_(sizeof(dm_ioctl) + payload_bytes, '\0') {
    if (plan.mapping_name.size() >= DM_NAME_LEN || plan.mapping_uuid.size() >= DM_UUID_LEN)
      throw Error(Errc::Unsupported, base::cat(plan.mapping_name, ": the name is too long"),
                  ENAMETOOLONG);
    header().version[0] = DM_VERSION_MAJOR;
    header().data_size = static_cast<uint32_t>(bytes_.size());
    header().data_start = sizeof(dm_ioctl);
    memcpy(header().name, plan.mapping_name.c_str(), plan.mapping_name.size());
  }

  dm_ioctl& header() { return *reinterpret_cast<dm_ioctl*>(bytes_.data()); }
  char* payload() { return bytes_.data() + sizeof(dm_ioctl); }
  bool send(int control, unsigned long command) {
    return ::ioctl(control, command, bytes_.data()) == 0;
  }

 private:
  std::string bytes_;
};

size_t size_of(const MappingPlan::Target& target) {
  const size_t bytes = sizeof(dm_target_spec) + target.parameters.size() + 1;
  return (bytes + kTargetAlignment - 1) / kTargetAlignment * kTargetAlignment;
}

bool load_table(int control, const MappingPlan& plan) {
  size_t bytes = 0;
  for (const MappingPlan::Target& target : plan.targets) bytes += size_of(target);
  Request request(plan, bytes);
  request.header().target_count = static_cast<uint32_t>(plan.targets.size());
  request.header().flags = plan.readonly ? DM_READONLY_FLAG : 0;
  char* at = request.payload();
  for (const MappingPlan::Target& target : plan.targets) {
    dm_target_spec spec = {};
    spec.sector_start = target.start_sector;
    spec.length = target.sectors;
    spec.next = static_cast<uint32_t>(size_of(target));
    memcpy(spec.target_type, target.type.c_str(), target.type.size() + 1);
    memcpy(at, &spec, sizeof spec);
    memcpy(at + sizeof spec, target.parameters.c_str(), target.parameters.size() + 1);
    at += spec.next;
  }
  return request.send(control, DM_TABLE_LOAD);
}

void make_names(const MappingPlan& plan, dev_t number) {
  const std::string node = "/dev/mapper/" + plan.mapping_name;
  const std::string directory = "/dev/" + plan.name.group;
  const std::string link = base::cat(directory, "/", plan.name.volume);
  ::unlink(node.c_str());
  if (::mknod(node.c_str(), S_IFBLK | 0600, number) != 0)
    base::throw_errno(node);
  ::unlink(link.c_str());
  if ((::mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) ||
      ::symlink(node.c_str(), link.c_str()) != 0)
    base::throw_errno(link);
}

}  // namespace

void make_mapping(const MappingPlan& plan) {
  const base::UniqueFd control = base::open_file("/dev/mapper/control", O_RDWR);
  Request create(plan);
  memcpy(create.header().uuid, plan.mapping_uuid.c_str(), plan.mapping_uuid.size());
  if (!create.send(control.get(), DM_DEV_CREATE)) {
    if (errno == EBUSY)
      return;
    base::throw_errno(plan.mapping_name);
  }
  Request resume(plan);  // DM_DEV_SUSPEND without the flag starts it
  if (!load_table(control.get(), plan) || !resume.send(control.get(), DM_DEV_SUSPEND)) {
    const int errnum = errno;
    Request remove(plan);
    remove.send(control.get(), DM_DEV_REMOVE);
    base::throw_errno(plan.mapping_name, errnum);
  }
  const uint64_t number =
      create.header().dev;  // the kernel's encoding, which makedev undoes for us
  make_names(plan, makedev(static_cast<unsigned>((number >> 8) & 0xfff),
                           static_cast<unsigned>((number & 0xff) | ((number >> 12) & 0xfff00))));
}

}  // namespace glovebox::guestd
