// SPDX-License-Identifier: GPL-2.0-or-later
//
// What qemu is given, line by line, as in tests/golden/block_graph.
#include "vm/qemu/block_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace glovebox::vm {
namespace {

using testing::ElementsAre;

std::string golden(const std::string& name) {
  return base::read_file(GLOVEBOX_SOURCE_DIR "/tests/golden/block_graph/" + name + ".json",
                         1 << 16);
}

std::string lines(const BlockGraph& graph) {
  std::string text;
  for (const std::string& node : graph.blockdevs) text += node + "\n";
  return text + graph.device_arguments + "\n";
}

const std::vector<GraphImage> kChain = {{.is_qcow2 = true}, {.is_qcow2 = true}, {}};

TEST(BlockGraph, AReadOnlyImageHasALayerThatIsThrownAway) {
  const BlockGraph graph = block_graph({.images = {{}}, .readonly = true}, 1);
  EXPECT_EQ(lines(graph), golden("readonly-raw"));
  EXPECT_THAT(graph.nodes, ElementsAre("drive0-file0", "drive0-image0", "drive0-fileoverlay",
                                       "drive0-imageoverlay"));
  EXPECT_EQ(graph.device, "drive0");
}

TEST(BlockGraph, AWrittenImageMayDiscard) {
  const BlockGraph graph = block_graph({.index = 27,
                                        .scsi_target = 27,
                                        .images = {{}},
                                        .discard = true,
                                        .serial = "data",
                                        .blocksize = 4096},
                                       5);
  EXPECT_EQ(lines(graph), golden("written-raw"));
}

TEST(BlockGraph, OfAChainOnlyTheTopIsWritten) {
  EXPECT_EQ(lines(block_graph({.index = 1, .scsi_target = 1, .images = kChain}, 3)),
            golden("written-chain"));
}

TEST(BlockGraph, OfAReadOnlyChainNothingIs) {
  EXPECT_EQ(
      lines(block_graph({.index = 1, .scsi_target = 1, .images = kChain, .readonly = true}, 3)),
      golden("readonly-chain"));
}

TEST(BlockGraph, ABlockDeviceIsOne) {
  EXPECT_THAT(block_graph({.images = {{.is_block_device = true}}}, 1).blockdevs.front(),
              testing::HasSubstr(R"("driver":"host_device","filename":"/dev/fdset/1")"));
}

// Else qemu would open what the header of the last image names.
TEST(BlockGraph, AQcow2ImageWithoutABaseSaysSo) {
  EXPECT_THAT(block_graph({.images = {{.is_qcow2 = true}}}, 1).blockdevs.back(),
              testing::HasSubstr(R"("backing":null)"));
}

}  // namespace
}  // namespace glovebox::vm
