// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/qemu/qmp_values.h"

#include <gtest/gtest.h>

namespace glovebox::vm {
namespace {

TEST(QmpValues, AnIoErrorNamesItsDriveAndLayer) {
  EXPECT_EQ(*parse_io_error(R"({"device":"","node-name":"drive0-imageoverlay","operation":"write",
                                "action":"report","reason":"No space left on device"})"),
            (IoError{"drive0", true, "write", "No space left on device"}));
  EXPECT_EQ(*parse_io_error(R"({"node-name":"drive12-image0","operation":"read","reason":"x"})"),
            (IoError{"drive12", false, "read", "x"}));
}

TEST(QmpValues, WhatAnIoErrorDoesNotSayIsAQuestionMark) {
  EXPECT_EQ(*parse_io_error(R"({"node-name":7,"operation":["read"]})"),
            (IoError{"?", false, "?", "?"}));
  EXPECT_FALSE(parse_io_error("[]"));
  EXPECT_FALSE(parse_io_error("{"));
}

TEST(QmpValues, LongTextsAreCut) {
  const std::string reason(300, 'r');
  EXPECT_EQ(parse_io_error(R"({"reason":")" + reason + "\"}")->reason, std::string(200, 'r'));
  EXPECT_EQ(parse_status(R"({"status":")" + reason + "\"}"), std::string(40, 'r'));
}

TEST(QmpValues, AStatusIsReadableText) {
  EXPECT_EQ(parse_status(R"({"status":"internal-error","running":false})"), "internal error");
  EXPECT_EQ(parse_status(R"({"status":"a\nb"})"), "a\\x0ab");
  for (const char* odd : {R"({"status":7})", R"({"running":false})", "[]", "", "{"})
    EXPECT_EQ(parse_status(odd), "for no known reason") << odd;
}

TEST(QmpValues, AMigrationGoesUntilItCompletesOrFails) {
  EXPECT_EQ(parse_migration(R"({"status":"active"})"), Migration::Goes);
  EXPECT_EQ(parse_migration(R"({"status":"completed"})"), Migration::Completed);
  EXPECT_EQ(parse_migration(R"({"status":"failed"})"), Migration::Failed);
  EXPECT_EQ(parse_migration(R"({"status":null})"), Migration::Goes);
  EXPECT_EQ(parse_migration("7"), Migration::Goes);
}

}  // namespace
}  // namespace glovebox::vm
