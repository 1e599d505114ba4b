// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest/encrypted.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/tools/fake_calls.h"
#include "tools/common/cli/usage_error.h"

namespace glovebox::tools {
namespace {

using testing::ElementsAre;

constexpr const char* kUuid = "0a1b2c3d-0001-4000-8000-00000000b007";

// A guest with containers that "secret" opens.
class Encrypted : public testing::Test {
 protected:
  Encrypted() {
    guest_.answers["internal_list_encrypted"] = [this](proto::XdrReader&, const LocalFile*) {
      proto::XdrWriter out;
      out.uint32(static_cast<uint32_t>(containers_.size()));
      for (const InternalEncrypted& c : containers_) {
        out.string(c.device);
        out.string(c.type);
        out.string(c.uuid);
      }
      return std::move(out).take();
    };
    guest_.answers["cryptsetup_open"] = [this](proto::XdrReader& in, const LocalFile*) {
      const std::string device = in.string(), key = in.string(), name = in.string();
      if (key != "text:secret")
        FakeCalls::fail("cryptsetup_open: " + device + ": No key available with this passphrase.");
      opened_.push_back(device + " as " + name);
      std::erase_if(containers_, [&](const InternalEncrypted& c) { return c.device == device; });
      if (!inside_.device.empty())
        containers_.push_back(std::exchange(inside_, {}));
      return FakeCalls::nothing();
    };
  }

  void open(std::vector<KeySelector> given) {
    GuestOptions options;
    options.keys = std::move(given);
    Keys keys(options);
    open_encrypted(guest_, keys, Ask::No);
  }

  static KeySelector key(const std::string& id, const std::string& passphrase) {
    return {id, KeySelector::Kind::Passphrase, passphrase};
  }

  FakeCalls guest_;
  std::vector<InternalEncrypted> containers_ = {{"/dev/sda2", "crypto_LUKS", kUuid}};
  InternalEncrypted inside_;  // shows when something is opened
  std::vector<std::string> opened_;
};

TEST_F(Encrypted, IsOpenedUnderTheNameThatTheOriginalsUse) {
  containers_.push_back({"/dev/sdb", "BitLocker", ""});
  open({key("all", "secret")});
  EXPECT_THAT(opened_,
              ElementsAre(std::string("/dev/sda2 as luks-") + kUuid, "/dev/sdb as cryptsdb"));
}

TEST_F(Encrypted, InsideOfAnotherIsOpenedToo) {
  inside_ = {"/dev/vg/lv", "crypto_LUKS", "0a1b2c3d-0002-4000-8000-00000000b007"};
  open({key("all", "secret")});
  EXPECT_EQ(opened_.size(), 2u);
}

TEST_F(Encrypted, WithAUuidThatIsNoneOrTakenHasAnotherName) {
  containers_ = {{"/dev/sda1", "crypto_LUKS", kUuid},
                 {"/dev/sda2", "crypto_LUKS", kUuid},
                 {"/dev/vg/lv-1", "crypto_LUKS", "../../../../../../../../etc/passwd"}};
  open({key("all", "secret")});
  EXPECT_THAT(opened_, ElementsAre(std::string("/dev/sda1 as luks-") + kUuid,
                                   "/dev/sda2 as cryptsda2", "/dev/vg/lv-1 as cryptvglv1"));
}

TEST_F(Encrypted, StaysClosedWithoutAKey) {
  open({key("/dev/sdb", "secret")});
  EXPECT_TRUE(opened_.empty());
}

TEST_F(Encrypted, IsTriedWithEachOfItsKeys) {
  open({key("/dev/sda2", "wrong"), key(kUuid, "secret")});
  EXPECT_EQ(opened_.size(), 1u);
}

TEST_F(Encrypted, ThatNoKeyOpensIsAnError) {
  try {
    open({key("/dev/sda2", "wrong"), key("all", "worse")});
    FAIL();
  } catch (const UsageError& e) {
    EXPECT_STREQ(e.what(), "could not find key to open LUKS encrypted /dev/sda2.");
    EXPECT_THAT(e.advice(),
                ElementsAre("Try using --key on the command line.",
                            "Original error: cryptsetup_open: /dev/sda2: No key available with "
                            "this passphrase."));
  }
}

TEST_F(Encrypted, ThatNoKeyNamesIsReportedWithItsNames) {
  containers_.push_back({"/dev/sdb", "BitLocker", ""});
  const auto reported = [&](std::vector<KeySelector> keys) {
    inspect::Report report{.problems = {{"/dev/sda2", "closed"}, {"/dev/sdb", "closed"}}};
    explain_closed(guest_, keys, report);
    return report.problems[0].what + " | " + report.problems[1].what;
  };
  EXPECT_EQ(reported({}), "closed | closed");
  EXPECT_EQ(reported({key("/dev/sdc", "secret")}),
            std::string("closed; none of the given keys is for this disk, which is /dev/sda2 or ") +
                kUuid + " | closed; none of the given keys is for this disk, which is /dev/sdb");
  EXPECT_EQ(reported({key(kUuid, "secret")}),
            "closed | closed; none of the given keys is for this disk, which is /dev/sdb");
}

TEST_F(Encrypted, NestedWithoutEndIsLeftAtALimit) {
  guest_.answers["cryptsetup_open"] = [this](proto::XdrReader&, const LocalFile*) {
    containers_ = {{"/dev/vg/" + std::to_string(opened_.size()), "crypto_LUKS", ""}};
    opened_.emplace_back();
    return FakeCalls::nothing();
  };
  open({key("all", "secret")});
  EXPECT_EQ(opened_.size(), 64u);
}

}  // namespace
}  // namespace glovebox::tools
