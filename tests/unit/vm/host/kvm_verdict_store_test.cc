// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/host/kvm_verdict_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/error.h"
#include "base/files.h"

namespace glovebox::vm {
namespace {

class KvmVerdictStoreTest : public testing::Test {
 protected:
  base::TempDir dir_;
  std::string cache_ = dir_.path() + "/cache";
  KvmVerdictStore store_{cache_, "qemu 7.2 kernel 6.1"};
};

TEST_F(KvmVerdictStoreTest, NothingIsKnownAtFirst) {
  EXPECT_FALSE(store_.find());
}

TEST_F(KvmVerdictStoreTest, RemembersTheLastVerdict) {
  store_.remember(true, "boots in 1.0 s");
  store_.remember(false, "internal error");
  const auto known = store_.find();
  ASSERT_TRUE(known);
  EXPECT_FALSE(known->works);
  EXPECT_EQ(known->reason, "internal error");
  EXPECT_EQ(known->checked.size(), std::string("2026-11-30T20:15:00Z").size());
}

TEST_F(KvmVerdictStoreTest, AReasonWithoutEndIsCutAndNotLost) {
  EXPECT_TRUE(store_.remember(false, std::string(1 << 20, 'x')));
  const auto known = store_.find();
  ASSERT_TRUE(known);
  EXPECT_EQ(known->reason, std::string(4000, 'x'));
}

TEST_F(KvmVerdictStoreTest, AnotherSituationKnowsNothing) {
  store_.remember(true, "boots in 1.0 s");
  EXPECT_FALSE(KvmVerdictStore(cache_, "qemu 7.2 kernel 6.2").find());
  EXPECT_TRUE(KvmVerdictStore(cache_, "qemu 7.2 kernel 6.1").find());
}

TEST_F(KvmVerdictStoreTest, Forgets) {
  store_.remember(true, "boots in 1.0 s");
  store_.forget();
  EXPECT_FALSE(store_.find());
}

TEST_F(KvmVerdictStoreTest, ADirectoryOfOthersIsNotBelieved) {
  store_.remember(true, "boots in 1.0 s");
  ASSERT_EQ(chmod(cache_.c_str(), 0777), 0);
  EXPECT_FALSE(store_.find());
  store_.remember(false, "no error for the caller");
}

TEST_F(KvmVerdictStoreTest, OneProcessAtATimeTries) {
  base::Canceller canceller;
  const base::UniqueFd first =
      store_.lock_trial(canceller, base::Deadline::after(std::chrono::seconds(60)));
  EXPECT_TRUE(first.valid());
  canceller.cancel();  // so that the second one does not wait
  try {
    store_.lock_trial(canceller, base::Deadline::after(std::chrono::seconds(60)));
    FAIL() << "two hold the lock";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), Errc::Cancelled);
  }
}

TEST_F(KvmVerdictStoreTest, WhereThereIsNoDirectoryThereIsNoLock) {
  const base::Canceller canceller;
  EXPECT_FALSE(KvmVerdictStore("/proc/nothing", "x")
                   .lock_trial(canceller, base::Deadline::after(std::chrono::seconds(60)))
                   .valid());
}

TEST_F(KvmVerdictStoreTest, AFileThatIsTooLargeIsNotRead) {
  store_.remember(true, "boots in 1.0 s");
  const std::string file = cache_ + "/kvm-verdict.json";
  std::string text = base::read_file(file, 1 << 16);
  text.resize(1 << 16, '\n');
  base::replace_file(file, text);
  EXPECT_TRUE(store_.find());
  base::replace_file(file, text + '\n');
  EXPECT_FALSE(store_.find());
}

}  // namespace
}  // namespace glovebox::vm
