// SPDX-License-Identifier: GPL-2.0-or-later
//
// Which descriptors a plugin may have.
#include "inspect/worker/plugin_library.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/cat.h"
#include "tests/unit/message_of.h"

namespace glovebox::inspect {
namespace {

using Descriptor = glovebox_inspect_descriptor;

int detect(const glovebox_inspect_host*) {
  return 0;
}

Descriptor sound() {
  Descriptor descriptor{};
  descriptor.struct_size = sizeof descriptor;
  descriptor.api_version = GLOVEBOX_INSPECT_API_VERSION;
  descriptor.name = "sound-1";
  descriptor.detect = detect;
  return descriptor;
}

template <typename Change>
std::string refusal(Change change) {
  Descriptor descriptor = sound();
  change(descriptor);
  return message_of([&] { checked_plugin(&descriptor); });
}

TEST(PluginLibrary, TakesASoundDescriptor) {
  EXPECT_EQ(refusal([](Descriptor&) {}), "no error");
  EXPECT_EQ(message_of([] { checked_plugin(nullptr); }), "glovebox_inspect_plugin() returned NULL");
}

TEST(PluginLibrary, NamesAreShortAndPlain) {
  const std::string wrong = "its name is not made of a-z, 0-9 and -";
  const auto named = [](const char* name) {
    return refusal([&](Descriptor& d) { d.name = name; });
  };
  EXPECT_EQ(named(std::string(64, 'a').c_str()), "no error");
  EXPECT_EQ(named(std::string(65, 'a').c_str()), wrong);
  for (const char* name : {static_cast<const char*>(nullptr), "", "Linux", "a b", "../a"})
    EXPECT_EQ(named(name), wrong) << (name ? name : "NULL");
}

TEST(PluginLibrary, DescriptorsHaveWhatTheFirstVersionHad) {
  constexpr size_t kFirst = offsetof(Descriptor, describe);
  EXPECT_EQ(refusal([](Descriptor& d) { d.struct_size = kFirst; }), "no error");
  EXPECT_EQ(refusal([](Descriptor& d) { d.struct_size = kFirst - 1; }),
            base::cat("its descriptor has ", kFirst - 1, " bytes, fewer than the ", kFirst,
                      " of the first version"));
  EXPECT_EQ(refusal([](Descriptor& d) { d.struct_size += 8; }), "no error");  // of a later one
}

TEST(PluginLibrary, WhatALaterVersionNeedsIsRefused) {
  EXPECT_EQ(refusal([](Descriptor& d) { d.flags = 1; }), "it sets flags that do not exist: 1");
  EXPECT_EQ(refusal([](Descriptor& d) { d.detect = nullptr; }), "it has no detect function");
  EXPECT_EQ(refusal([](Descriptor& d) { ++d.api_version; }),
            "it is built for version 2 of the plugin interface, this is version 1: rebuild it "
            "against this plugin.h");
}

TEST(PluginLibrary, DescribeReadsALimitedNumberOfDirectories) {
  std::vector<const char*> paths(257, "/etc");
  paths.push_back(nullptr);
  EXPECT_EQ(refusal([&](Descriptor& d) { d.describe_paths = paths.data() + 1; }), "no error");
  EXPECT_EQ(refusal([&](Descriptor& d) { d.describe_paths = paths.data(); }),
            "describe() reads more than 256 directories");
}

}  // namespace
}  // namespace glovebox::inspect
