// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/template/template_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/scope_exit.h"
#include "tests/unit/message_of.h"
#include "vm/host/lock_file.h"

using namespace glovebox;
using namespace glovebox::vm;

namespace {

// Makes a "template" of a few pages, and counts how often it was asked to.
struct FakeMaker {
  std::atomic<int> made = 0;
  TemplateStore::Maker function() {
    return [this](const std::string& directory) {
      ++made;
      base::replace_file(directory + "/ram", std::string(8192, 'r'));
      base::replace_file(directory + "/state", "state");
    };
  }
};

std::string ram_text(const Template& t) {
  char text[4] = {};
  base::pread_some(t.ram.get(), text, 3, 0, "ram");
  return text;
}

class TemplateStoreTest : public testing::Test {
 protected:
  base::TempDir temp;
  std::string cache = temp.path() + "/cache";
  FakeMaker maker;
  base::Canceller canceller;

  std::string ram_path() { return TemplateStore(cache).path_of("key") + "/ram"; }
};

}  // namespace

TEST_F(TemplateStoreTest, MakesOnceAndFindsAgain) {
  EXPECT_EQ(ram_text(TemplateStore(cache).find_or_make("key", maker.function(), canceller)), "rrr");
  EXPECT_EQ(ram_text(TemplateStore(cache).find_or_make("key", maker.function(), canceller)), "rrr");
  EXPECT_EQ(maker.made, 1);
  EXPECT_FALSE(TemplateStore(cache).find("another key"));
}

// As on a read-only file system, where the mark of this boot's check cannot be left.
TEST_F(TemplateStoreTest, AMarkThatCannotBeWrittenDoesNoHarm) {
  TemplateStore store(cache);
  store.find_or_make("key", maker.function(), canceller);
  const std::string mark = store.path_of("key") + "/verified";
  ASSERT_EQ(unlink(mark.c_str()), 0);
  std::filesystem::create_directories(mark + "/in the way");
  EXPECT_TRUE(store.find("key"));
  EXPECT_EQ(ram_text(store.find_or_make("key", maker.function(), canceller)), "rrr");
  EXPECT_EQ(maker.made, 1);
}

TEST_F(TemplateStoreTest, TwoFirstRunsAtOnceMakeOne) {
  std::thread other([&] { TemplateStore(cache).find_or_make("key", maker.function(), canceller); });
  TemplateStore(cache).find_or_make("key", maker.function(), canceller);
  other.join();
  EXPECT_EQ(maker.made, 1);
}

TEST_F(TemplateStoreTest, ATornTemplateIsFoundOutAfterAReboot) {
  TemplateStore(cache).find_or_make("key", maker.function(), canceller);
  const std::string path = ram_path();
  chmod(path.c_str(), 0600);
  base::replace_file(path, std::string(4096, 'r'));
  base::replace_file(TemplateStore(cache).path_of("key") + "/verified", "an earlier boot");
  EXPECT_FALSE(TemplateStore(cache).find("key"));
  TemplateStore(cache).find_or_make("key", maker.function(), canceller);
  EXPECT_EQ(maker.made, 2);
}

TEST_F(TemplateStoreTest, AnOpenTemplateSurvivesItsDeletion) {
  const Template t = TemplateStore(cache).find_or_make("key", maker.function(), canceller);
  EXPECT_EQ(TemplateStore(cache).clear(canceller).size(), 1u);
  EXPECT_EQ(ram_text(t), "rrr");
  EXPECT_TRUE(std::filesystem::is_empty(cache + "/templates"));
}

TEST_F(TemplateStoreTest, ClearWaitsForATemplateThatIsBeingMade) {
  std::atomic<bool> making = false, cleared = false;
  std::thread other([&] {
    const Template t = TemplateStore(cache).find_or_make(
        "key",
        [&](const std::string& directory) {
          making = true;
          usleep(200000);
          EXPECT_FALSE(cleared);
          maker.function()(directory);
        },
        canceller);
    EXPECT_EQ(ram_text(t), "rrr");
  });
  while (!making) usleep(1000);
  EXPECT_EQ(TemplateStore(cache).clear(canceller).size(), 1u);
  cleared = true;
  other.join();
  EXPECT_TRUE(std::filesystem::is_empty(cache + "/templates"));
}

TEST_F(TemplateStoreTest, ABadTemplateIsDeletedUnlessAnotherProcessHasReplacedIt) {
  const Template bad = TemplateStore(cache).find_or_make("key", maker.function(), canceller);
  TemplateStore(cache).remove_bad("key", bad, canceller);
  EXPECT_FALSE(TemplateStore(cache).find("key"));
  TemplateStore(cache).find_or_make("key", maker.function(), canceller);
  TemplateStore(cache).remove_bad("key", bad, canceller);
  EXPECT_TRUE(TemplateStore(cache).find("key"));
}

TEST_F(TemplateStoreTest, DamageIsFoundWheneverItIsAskedFor) {
  const Template t = TemplateStore(cache).find_or_make("key", maker.function(), canceller);
  EXPECT_FALSE(is_damaged(t));
  const std::string path = ram_path();
  chmod(path.c_str(), 0600);
  const base::UniqueFd ram = base::open_file(path, O_WRONLY);
  ASSERT_EQ(pwrite(ram.get(), "x", 1, 5000), 1);
  EXPECT_TRUE(is_damaged(t));
  ASSERT_EQ(pwrite(ram.get(), "r", 1, 5000), 1);
  EXPECT_FALSE(is_damaged(t));
  base::replace_file(TemplateStore(cache).path_of("key") + "/template.json", "{}");
  EXPECT_TRUE(is_damaged(t));
}

TEST_F(TemplateStoreTest, ADescriptionThatIsTooLargeIsNotRead) {
  TemplateStore store(cache);
  store.find_or_make("key", maker.function(), canceller);
  const std::string file = store.path_of("key") + "/template.json";
  std::string text = base::read_file(file, 1 << 20);
  text.resize(1 << 20, '\n');
  base::replace_file(file, text);
  EXPECT_TRUE(store.find("key"));
  base::replace_file(file, text + '\n');
  EXPECT_FALSE(store.find("key"));
}

TEST_F(TemplateStoreTest, AFifoInAFilesPlaceIsNoTemplate) {
  TemplateStore store(cache);
  store.find_or_make("key", maker.function(), canceller);
  for (const char* name : {"/ram", "/state"}) {
    const std::string path = store.path_of("key") + name;
    ASSERT_EQ(unlink(path.c_str()), 0);
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    EXPECT_FALSE(store.find("key"));
    store.find_or_make("key", maker.function(), canceller);
    EXPECT_TRUE(store.find("key"));
  }
}

TEST_F(TemplateStoreTest, WaitsForAnotherMakerUntilTheDeadline) {
  TemplateStore store(cache);
  const std::string lock = store.path_of("key") + ".lock";
  const base::UniqueFd held =
      lock_file(lock, base::Deadline::after(std::chrono::seconds(1)), canceller);
  EXPECT_EQ(message_of([&] {
              store.find_or_make("key", maker.function(), canceller,
                                 base::Deadline::after(std::chrono::milliseconds(50)));
            }),
            lock + ": another process has held this lock for 1 s");
  EXPECT_EQ(maker.made, 0);
}

// Too few descriptors are this process's trouble: the template is neither absent nor bad.
TEST_F(TemplateStoreTest, AShortageIsNoEvidence) {
  TemplateStore(cache).find_or_make("key", maker.function(), canceller);
  TemplateStore store(cache);
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none = {0, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const base::ScopeExit restore([&] { setrlimit(RLIMIT_NOFILE, &before); });
  EXPECT_THROW(store.find("key"), Error);
}

TEST_F(TemplateStoreTest, AMakerThatFailsLeavesNothing) {
  EXPECT_THROW(
      TemplateStore(cache).find_or_make(
          "key", [](const std::string&) { throw Error(Errc::System, "disk full"); }, canceller),
      Error);
  EXPECT_TRUE(TemplateStore(cache).list().empty());
  for (const auto& entry : std::filesystem::directory_iterator(cache + "/templates"))
    EXPECT_EQ(entry.path().extension(), ".lock");
}

TEST_F(TemplateStoreTest, RefusesACacheThatOthersCanWrite) {
  mkdir(cache.c_str(), 0777);
  chmod(cache.c_str(), 0777);
  try {
    TemplateStore store(cache);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), Errc::Denied);
    EXPECT_EQ(
        e.what(),
        "cache directory " + cache +
            " can be written by other users; set LIBGUESTFS_CACHEDIR to a directory that you own");
  }
}

TEST_F(TemplateStoreTest, RefusesASymlink) {
  mkdir((temp.path() + "/elsewhere").c_str(), 0700);
  ASSERT_EQ(symlink("elsewhere", cache.c_str()), 0);
  EXPECT_THROW(TemplateStore store(cache), Error);
}

TEST_F(TemplateStoreTest, KeepsTheMostRecentVariants) {
  for (int i = 0; i < 9; ++i)
    TemplateStore(cache).find_or_make(std::to_string(i), maker.function(), canceller);
  EXPECT_EQ(TemplateStore(cache).list().size(), 6u);
  EXPECT_TRUE(TemplateStore(cache).find("8"));
}
