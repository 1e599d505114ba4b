// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/drive.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "tests/unit/message_of.h"

namespace glovebox::session {
namespace {

std::string refusal(const std::string& label) {
  const base::TempDir directory;
  const std::string image = directory.path() + "/disk.img";
  base::replace_file(image, std::string(1 << 20, '\0'));
  return message_of([&] { prepare_drive(0, image, {.format = "raw", .label = label}, {}, {}, 0); });
}

TEST(Drive, LabelsAreOneToTwentyLetters) {
  const std::string twenty = "abcdefghijABCDEFGHIJ";
  EXPECT_EQ(refusal("a"), "no error");
  EXPECT_EQ(refusal(twenty), "no error");
  for (const std::string& wrong : {std::string(), twenty + "k", std::string("sda1")})
    EXPECT_EQ(refusal(wrong), "label '" + wrong + "': must be 1 to 20 ASCII letters");
}

}  // namespace
}  // namespace glovebox::session
