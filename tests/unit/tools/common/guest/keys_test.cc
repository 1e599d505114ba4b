// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "tests/unit/message_of.h"
#include "tools/common/guest/passphrase.h"

namespace glovebox::tools {
namespace {

using testing::ElementsAre;

constexpr const char* kUuid = "0a1b2c3d-0001-4000-8000-00000000b007";

GuestOptions with_keys(std::vector<KeySelector> keys) {
  GuestOptions options;
  options.keys = std::move(keys);
  return options;
}

KeySelector file_key(const std::string& path) {
  return {"all", KeySelector::Kind::File, path};
}

TEST(KeySelects, ADeviceByAnyOfItsNames) {
  for (const char* id : {"/dev/sda2", "/dev/vda2", "/dev/hda2", "all", kUuid})
    EXPECT_TRUE(selects(id, "/dev/sda2", kUuid)) << id;
  EXPECT_TRUE(selects("0A1B2C3D-0001-4000-8000-00000000B007", "/dev/sda2", kUuid));
  for (const char* id : {"/dev/sda", "/dev/sda22", "sda2", "", "ALL"})
    EXPECT_FALSE(selects(id, "/dev/sda2", kUuid)) << id;
  EXPECT_FALSE(selects("", "/dev/sda2", ""));
}

TEST(KeySelects, ALogicalVolumeByItsMappingToo) {
  for (const char* id : {"/dev/my-vg/my-lv", "/dev/mapper/my--vg-my--lv"})
    EXPECT_TRUE(selects(id, "/dev/my-vg/my-lv", "")) << id;
  EXPECT_FALSE(selects("/dev/mapper/my-vg-my-lv", "/dev/my-vg/my-lv", ""));
}

TEST(Keys, AreTriedInTheOrderGiven) {
  const GuestOptions options = with_keys({{"/dev/sda2", KeySelector::Kind::Passphrase, "first"},
                                          {"/dev/sdb", KeySelector::Kind::Passphrase, "of another"},
                                          {"all", KeySelector::Kind::Passphrase, "base64:second"}});
  EXPECT_THAT(Keys(options).matching("/dev/sda2", ""),
              ElementsAre("text:first", "text:base64:second"));
}

TEST(Keys, OfAFileAreItsBytesWithAndWithoutTheNewline) {
  const base::TempDir directory("keys");
  base::replace_file(directory.path() + "/line", "secret\n");
  base::replace_file(directory.path() + "/bytes", std::string("a\0b", 3));
  const GuestOptions options =
      with_keys({file_key(directory.path() + "/line"), file_key(directory.path() + "/bytes")});
  EXPECT_THAT(Keys(options).matching("/dev/sda2", ""),
              ElementsAre("base64:c2VjcmV0Cg==", "base64:c2VjcmV0", "base64:YQBi"));
}

TEST(Keys, OfAPipeAreReadOnce) {
  base::Pipe pipe = base::make_pipe();
  base::write_all(pipe.write_end.get(), "secret", "pipe");
  pipe.write_end.reset();
  const GuestOptions options =
      with_keys({file_key("/dev/fd/" + std::to_string(pipe.read_end.get()))});
  Keys keys(options);
  EXPECT_THAT(keys.matching("/dev/sda2", ""), ElementsAre("base64:c2VjcmV0"));
  EXPECT_THAT(keys.matching("/dev/sda3", ""), ElementsAre("base64:c2VjcmV0"));
}

TEST(Keys, OfAFileThatIsNotThereOrTooLargeAreAnError) {
  const GuestOptions gone = with_keys({file_key("/no/such/key")});
  EXPECT_EQ(message_of([&] { Keys(gone).matching("/dev/sda2", ""); }),
            "/no/such/key: No such file or directory");
  const base::TempDir directory("keys");
  const std::string path = directory.path() + "/large";
  const GuestOptions large = with_keys({file_key(path)});
  base::replace_file(path, std::string(1 << 20, 'x'));
  EXPECT_EQ(Keys(large).matching("/dev/sda2", "").size(), 1u);
  base::replace_file(path, std::string((1 << 20) + 1, 'x'));
  EXPECT_EQ(message_of([&] { Keys(large).matching("/dev/sda2", ""); }),
            path + ": larger than 1048576 bytes");
}

TEST(Keys, OfClevisAreRefusedByName) {
  const GuestOptions options = with_keys({{"all", KeySelector::Kind::Clevis}});
  EXPECT_EQ(message_of([&] { Keys(options).matching("/dev/sda2", ""); }),
            "--key all:clevis: Clevis and Tang are not supported yet; give /dev/sda2 a key or a "
            "passphrase");
}

TEST(ReadLine, TakesOneLineAndNoByteMore) {
  const base::Pipe pipe = base::make_pipe();
  base::write_all(pipe.write_end.get(), "one\n\nthree", "pipe");
  EXPECT_EQ(read_line(pipe.read_end.get(), "pipe"), "one");
  EXPECT_EQ(read_line(pipe.read_end.get(), "pipe"), "");
}

TEST(ReadLine, EndsWithTheFile) {
  base::Pipe pipe = base::make_pipe();
  base::write_all(pipe.write_end.get(), "last", "pipe");
  pipe.write_end.reset();
  EXPECT_EQ(read_line(pipe.read_end.get(), "pipe"), "last");
  EXPECT_EQ(read_line(pipe.read_end.get(), "pipe"), std::nullopt);
}

TEST(ReadLine, HasALimit) {
  const base::Pipe pipe = base::make_pipe();
  base::write_all(pipe.write_end.get(), std::string(4096, 'x') + "\n", "pipe");
  EXPECT_EQ(read_line(pipe.read_end.get(), "pipe"), std::string(4096, 'x'));
  base::write_all(pipe.write_end.get(), std::string(4097, 'x') + "\n", "pipe");
  EXPECT_EQ(message_of([&] { read_line(pipe.read_end.get(), "pipe"); }),
            "pipe: the passphrase has more than 4096 bytes");
}

}  // namespace
}  // namespace glovebox::tools
