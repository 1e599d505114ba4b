// SPDX-License-Identifier: GPL-2.0-or-later
//
// Two clones of one template have the same memory, the random generator's pool included. Unless
// both are reseeded they make "random" things that are equal: UUIDs, salts, keys. Here two clones
// make an ext4 file system and a LUKS container each, which are then read without our own code.
// Checked to fail: with neither vmgenid in the machine nor entropy in internal_start, both key
// slots get the same salt. (UUIDs may differ even then: their makers mix the clock into them.)
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <set>

#include "glovebox/handle.h"

namespace {

using testing::IsEmpty;

constexpr size_t kImageBytes = 32 << 20;
constexpr size_t kBlockBytes = 512;
constexpr size_t kSuperblock = 1024;

// What one clone made, as the bytes of its two images.
struct Made {
  std::string ext4;
  std::string luks;
  std::string ext4_uuid;  // as the calls tell
  std::string luks_uuid;
};

class Clones : public testing::Test {
 protected:
  Clones() {
    std::string name = testing::TempDir() + "clones-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  ~Clones() override { std::filesystem::remove_all(directory_); }

  std::string image(const std::string& name) const {
    const std::string path = directory_ / name;
    std::ofstream(path).close();
    std::filesystem::resize_file(path, kImageBytes);
    return path;
  }

  Made make(const std::string& name) const {
    const std::string ext4 = image(name + ".ext4"), luks = image(name + ".luks");
    glovebox::Handle guest;
    guest.add_drive(ext4, {.format = "raw"});
    guest.add_drive(luks, {.format = "raw"});
    guest.launch();
    guest.mkfs("ext4", "/dev/sda");
    guest.luks_format("/dev/sdb", "the same key", 0);
    Made made;
    made.ext4_uuid = guest.vfs_uuid("/dev/sda");
    made.luks_uuid = guest.luks_uuid("/dev/sdb");
    guest.shutdown();
    made.ext4 = contents(ext4);
    made.luks = contents(luks);
    return made;
  }

 private:
  static std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path directory_;
};

std::string field(const std::string& bytes, size_t offset, size_t size) {
  return bytes.substr(offset, size);
}

// Of 512 random bytes about 221 are different; no structure of ext4 or LUKS comes near.
bool looks_random(const std::string& block) {
  return std::set<char>(block.begin(), block.end()).size() > 128;
}

std::set<std::string> random_blocks(const std::string& bytes) {
  std::set<std::string> blocks;
  for (size_t at = 0; at + kBlockBytes <= bytes.size(); at += kBlockBytes)
    if (std::string block = field(bytes, at, kBlockBytes); looks_random(block))
      blocks.insert(std::move(block));
  return blocks;
}

// The values of the member `name` in the text of a LUKS2 header.
std::set<std::string> members(const std::string& header, const std::string& name) {
  const std::string start = "\"" + name + "\":\"";
  std::set<std::string> values;
  for (size_t at = header.find(start); at != std::string::npos; at = header.find(start, at)) {
    at += start.size();
    values.insert(header.substr(at, header.find('"', at) - at));
  }
  return values;
}

std::set<std::string> common(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::set<std::string> result;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::inserter(result, result.end()));
  return result;
}

TEST_F(Clones, MakeNothingTheSame) {
  auto other = std::async(std::launch::async, [&] { return make("two"); });
  const Made one = make("one"), two = other.get();

  EXPECT_NE(one.ext4_uuid, two.ext4_uuid);
  EXPECT_NE(field(one.ext4, kSuperblock + 0x68, 16), field(two.ext4, kSuperblock + 0x68, 16));
  EXPECT_NE(field(one.ext4, kSuperblock + 0xec, 16), field(two.ext4, kSuperblock + 0xec, 16))
      << "the seed of the directories' hash";

  EXPECT_NE(one.luks_uuid, two.luks_uuid);
  for (const std::string name : {"salt", "digest"}) {
    const auto ours = members(one.luks, name), theirs = members(two.luks, name);
    EXPECT_FALSE(ours.empty()) << name;
    EXPECT_THAT(common(ours, theirs), IsEmpty())
        << "the " << name << "s of key slot and volume key";
  }

  for (std::string Made::*image : {&Made::ext4, &Made::luks})
    EXPECT_THAT(common(random_blocks(one.*image), random_blocks(two.*image)), IsEmpty());
  EXPECT_GT(random_blocks(one.luks).size(), 100u) << "the key slots are full of random bytes";
}

}  // namespace
