// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/qemu/block_graph.h"

#include <nlohmann/json.hpp>

#include "base/cat.h"

namespace glovebox::vm {
namespace {

using base::cat;
using nlohmann::json;

json file_node(const std::string& name, int fdset, bool is_block_device, bool readonly) {
  return {{"driver", is_block_device ? "host_device" : "file"},
          {"node-name", name},
          {"filename", cat("/dev/fdset/", fdset)},
          {"read-only", readonly},
          {"locking", readonly ? "off" : "auto"},
          {"cache", {{"direct", false}, {"no-flush", false}}}};
}

class GraphBuilder {
 public:
  GraphBuilder(const GraphDrive& drive, int first_fdset) : drive_(drive), fdset_(first_fdset) {
    graph_.device = cat("drive", drive.index);
  }

  BlockGraph build() {
    for (size_t depth = drive_.images.size(); depth-- > 0;) add_image(depth);
    if (drive_.readonly)
      add_overlay();
    graph_.device_arguments = disk().dump();
    return std::move(graph_);
  }

 private:
  // "drive0-image1"
  std::string node_name(const char* layer, const std::string& which) const {
    return cat(graph_.device, "-", layer, which);
  }

  void add_node(const json& node) {
    graph_.blockdevs.push_back(node.dump());
    graph_.nodes.push_back(node["node-name"]);
  }

  void add_image(size_t depth) {
    const GraphImage& image = drive_.images[depth];
    const bool readonly = drive_.readonly || depth > 0;
    const std::string file = node_name("file", cat(depth));
    const std::string name = node_name("image", cat(depth));
    json protocol = file_node(file, fdset_++, image.is_block_device, readonly);
    json node{{"driver", image.is_qcow2 ? "qcow2" : "raw"},
              {"node-name", name},
              {"file", file},
              {"read-only", readonly}};
    if (!readonly && drive_.discard)
      protocol["discard"] = node["discard"] = "unmap";
    // Also "none", or qemu would open what the header names.
    if (image.is_qcow2)
      node["backing"] = below_.empty() ? json(nullptr) : json(below_);
    add_node(protocol);
    add_node(node);
    below_ = name;
  }

  // It is thrown away, so nothing of it need reach a disk.
  void add_overlay() {
    const std::string file = node_name("file", "overlay");
    const std::string name = node_name("image", "overlay");
    json protocol = file_node(file, fdset_++, false, false);
    protocol["locking"] = "off";
    protocol["cache"]["no-flush"] = true;
    add_node(protocol);
    add_node({{"driver", "qcow2"},
              {"node-name", name},
              {"file", file},
              {"backing", below_},
              {"discard", "unmap"},
              {"cache", {{"direct", false}, {"no-flush", true}}}});
    below_ = name;
  }

  json disk() const {
    json arguments{{"driver", "scsi-hd"},
                   {"id", graph_.device},
                   {"bus", "scsi0.0"},
                   {"channel", 0},
                   {"scsi-id", drive_.scsi_target},
                   {"lun", drive_.scsi_lun},
                   {"drive", below_},
                   {"rerror", "report"},
                   {"werror", "report"}};
    if (drive_.serial)
      arguments["serial"] = *drive_.serial;
    if (drive_.blocksize)
      arguments["logical_block_size"] = arguments["physical_block_size"] = *drive_.blocksize;
    return arguments;
  }

  const GraphDrive& drive_;
  int fdset_;
  std::string below_;  // the node that the next one stands on
  BlockGraph graph_;
};

}  // namespace

BlockGraph block_graph(const GraphDrive& drive, int first_fdset) {
  return GraphBuilder(drive, first_fdset).build();
}

}  // namespace glovebox::vm
