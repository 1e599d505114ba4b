// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/hot_plug.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace glovebox::vm {
namespace {

using base::Deadline;
using nlohmann::json;

void close_descriptor(Qmp& qmp, int fdset, const Deadline& deadline) {
  qmp.call("remove-fd", json{{"fdset-id", fdset}}.dump(), deadline);
}

void delete_node(Qmp& qmp, const std::string& node, const Deadline& deadline) {
  qmp.call("blockdev-del", json{{"node-name", node}}.dump(), deadline);
}

// qemu answers device_del before the device is gone, and until then it keeps the nodes.
void await_deletion(Qmp& qmp, const std::string& device, const Deadline& deadline) {
  for (;;) {
    const QmpEvent event = qmp.wait_event("DEVICE_DELETED", deadline);
    const json data = json::parse(event.data_json, nullptr, false);
    if (data.is_object() && data.contains("device") && data["device"] == device)
      return;
  }
}

// What was attached of a drive, to be detached in the opposite order unless all of it is.
class Attached {
 public:
  Attached(Qmp& qmp, const DriveIds& ids, const Deadline& deadline)
      : qmp_(qmp), ids_(ids), deadline_(deadline) {}
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;
  ~Attached() {
    try {
      while (nodes_ > 0) delete_node(qmp_, ids_.nodes[--nodes_], deadline_);
      while (fdsets_ > 0) close_descriptor(qmp_, ids_.fdsets[--fdsets_], deadline_);
    } catch (const Error&) {
      // The first error is the one to tell.
    }
  }
  void descriptor() { ++fdsets_; }
  void node() { ++nodes_; }
  void keep() { nodes_ = fdsets_ = 0; }

 private:
  Qmp& qmp_;
  const DriveIds& ids_;
  const Deadline& deadline_;
  size_t nodes_ = 0;
  size_t fdsets_ = 0;
};

}  // namespace

void hot_add(Qmp& qmp, const PreparedDrive& drive, const Deadline& deadline) {
  Attached attached(qmp, drive.ids, deadline);
  for (const InheritedFd& fd : drive.fds) {
    qmp.call("add-fd", json{{"fdset-id", fd.set}}.dump(), deadline, fd.fd);
    attached.descriptor();
  }
  for (const std::string& node : drive.blockdevs) {
    qmp.call("blockdev-add", node, deadline);
    attached.node();
  }
  qmp.call("device_add", drive.device_arguments, deadline);
  attached.keep();
}

void hot_remove(Qmp& qmp, const DriveIds& drive, const Deadline& deadline) {
  qmp.call("device_del", json{{"id", drive.device}}.dump(), deadline);
  await_deletion(qmp, drive.device, deadline);
  for (auto node = drive.nodes.rbegin(); node != drive.nodes.rend(); ++node)
    delete_node(qmp, *node, deadline);
  for (const int fdset : drive.fdsets) close_descriptor(qmp, fdset, deadline);
}

}  // namespace glovebox::vm
