// SPDX-License-Identifier: GPL-2.0-or-later
// Generated worlds: a few directories with overlays that an administrator made, whose headers are
// true, and raw disks into which guests wrote whatever header they liked. Whatever is opened, with
// whatever true word of the user, the configuration or a domain, stays in what was granted:
//
// - the image that was named;
// - what a true header names;
// - for a guest's disk, which may be taken for qcow2, the files in and below its own directory.
//
// The directory with secrets is named by guests only. No byte in it is read (inotify), refused or
// not.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <set>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "disk/chain.h"
#include "tests/unit/disk/formats/qcow2_bytes.h"

namespace glovebox::disk {
namespace {

using base::cat;

constexpr int kWorlds = 1500;
constexpr int kOpensPerWorld = 8;

// A whole image of three clusters of 512 bytes.
std::string header(const std::string& backing, const std::string& format) {
  Qcow2Bytes bytes;
  bytes.put32(20, 9).put64(24, 32768).put32(36, 1).put64(40, 0x400).put64(48, 0x200);
  if (!format.empty())
    bytes.extension(104, 0xe2792aca, format);
  if (!backing.empty())
    bytes.backing(backing, 0x80);
  return bytes.shrink(0x600).text();
}

// Not base::replace_file, which waits for the disk.
void write_file(const std::string& path, const std::string& bytes) {
  const base::UniqueFd fd = base::open_file(path, O_WRONLY | O_CREAT, 0644);
  base::write_all(fd.get(), bytes, path);
}

struct File {
  std::string path;
  bool is_overlay = false;  // an administrator's; otherwise a guest's raw disk
  int base = -1;            // of an overlay: the index of what its header names
  const char* format() const { return is_overlay ? "qcow2" : "raw"; }
};

// The directories, and what is in them in every world.
class Stage {
 public:
  Stage() {
    for (const char* name : {"a", "a/b", "a/b/c", "d", "secret"})
      EXPECT_EQ(mkdir(cat(top(), "/", name).c_str(), 0755), 0);
    write_file(secret(0), std::string(1024, 's'));
    write_file(secret(1), header("", ""));
    EXPECT_EQ(symlink("../secret/plain", (top() + "/a/link").c_str()), 0);
    EXPECT_EQ(symlink("../../secret", (top() + "/a/b/dir").c_str()), 0);
  }
  const std::string& top() const { return dir_.path(); }
  std::string secret(int which) const {
    return top() + (which ? "/secret/image" : "/secret/plain");
  }

 private:
  base::TempDir dir_{"gb-worlds"};
};

class World {
 public:
  World(const Stage& stage, unsigned seed) : stage_(stage), top_(stage.top()), random_(seed) {
    const int count = 3 + pick(6);
    for (int i = 0; i < count; ++i) add_file(i);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World() {
    for (const File& f : files_) unlink(f.path.c_str());
  }

  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  int pick_file() { return pick(static_cast<int>(files_.size())); }
  const File& file(int index) const { return files_[static_cast<size_t>(index)]; }

  OpenOptions true_words(int index) {
    OpenOptions options;
    if (pick(2))
      options.format = file(index).format();
    std::vector<FormatRule> rules;
    for (const char* name : {"a", "a/b", "a/b/c", "d"})
      if (pick(2))
        add_true_rule(cat(top_, "/", name), rules);
    options.rules = FormatRules(std::move(rules));
    if (pick(3) == 0)
      for (int at = file(index).base; at >= 0 && pick(3); at = file(at).base)
        options.below.push_back({.path = file(at).path, .format = file(at).format()});
    return options;
  }

  std::set<std::string> granted(int index) const {
    std::set<std::string> paths;
    grant(file(index).path, paths);
    return paths;
  }

 private:
  void add_file(int index) {
    constexpr const char* kDirectories[] = {"a", "a/b", "a/b/c", "d"};
    const std::string directory = cat(top_, "/", kDirectories[pick(4)]);
    File made{.path = cat(directory, "/f", index), .is_overlay = pick(2) == 1};
    if (made.is_overlay) {
      made.base = index > 0 ? pick(index + 1) - 1 : -1;
      const bool recorded = pick(3) != 0;
      write_file(made.path, made.base < 0 ? header("", "")
                                          : header(file(made.base).path,
                                                   recorded ? file(made.base).format() : ""));
    } else if (pick(4) == 0) {
      write_file(made.path, std::string(1024, 'x'));
    } else {
      constexpr const char* kFormats[] = {"", "raw", "qcow2"};
      write_file(made.path, header(name_by_a_guest(index), kFormats[pick(3)]));
    }
    files_.push_back(std::move(made));
  }

  // Of a secret or of another disk, also one that is made later.
  std::string name_by_a_guest(int index) {
    constexpr const char* kNames[] = {"link",
                                      "dir/plain",
                                      "b/dir/image",
                                      "../secret/plain",
                                      "../../secret/image",
                                      "../../../secret/image",
                                      "../d/f1",
                                      "../f0",
                                      "f2",
                                      "b/f3",
                                      "c/f4",
                                      "file:f5"};
    switch (pick(4)) {
      case 0:
        return stage_.secret(pick(2));
      case 1:
        return index > 0 ? file(pick(index)).path : stage_.secret(0);
      default:
        return kNames[pick(static_cast<int>(std::size(kNames)))];
    }
  }

  static bool is_below(const std::string& path, const std::string& directory) {
    return path.starts_with(directory + "/");
  }

  // Only if all images that the line is about are of one format.
  void add_true_rule(const std::string& directory, std::vector<FormatRule>& rules) const {
    std::set<std::string> formats;
    for (const File& f : files_)
      if (is_below(f.path, directory))
        formats.insert(f.format());
    if (formats.size() == 1)
      rules.push_back({directory, parse_format(*formats.begin()), "generated"});
  }

  void grant(const std::string& path, std::set<std::string>& paths) const {
    if (!paths.insert(path).second)
      return;
    const auto found = std::ranges::find(files_, path, &File::path);
    if (found == files_.end())
      return;
    if (found->is_overlay && found->base >= 0)
      grant(file(found->base).path, paths);
    if (!found->is_overlay)
      for (const File& other : files_)
        if (is_below(other.path, path.substr(0, path.rfind('/'))))
          grant(other.path, paths);
  }

  const Stage& stage_;
  const std::string& top_;
  std::mt19937 random_;
  std::vector<File> files_;
};

// Tells whether anything in a directory was read.
class ReadWatch {
 public:
  explicit ReadWatch(const std::string& directory) : fd_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    EXPECT_GE(inotify_add_watch(fd_.get(), directory.c_str(), IN_ACCESS), 0);
  }
  bool read_anything() const {
    char events[4096];
    return read(fd_.get(), events, sizeof events) > 0;
  }

 private:
  base::UniqueFd fd_;
};

struct Count {
  int opened = 0, deep = 0, refused = 0;
};

void open_and_check(World& world, Count& count) {
  const int index = world.pick_file();
  const OpenOptions options = world.true_words(index);
  const std::set<std::string> granted = world.granted(index);
  try {
    const Chain chain = open_chain(world.file(index).path, options);
    ++count.opened;
    count.deep += chain.images.size() > 2;
    for (const Image& image : chain.images)
      EXPECT_TRUE(granted.contains(real_path(image.fd.get())))
          << world.file(index).path << " opened " << image.path;
  } catch (const Error& e) {
    count.refused += e.code() == Errc::Denied;
  }
}

TEST(ChainProperty, NoGeneratedHeaderOpensWhatWasNotGranted) {
  const Stage stage;
  const ReadWatch watch(stage.top() + "/secret");
  Count count;
  for (unsigned seed = 0; seed < kWorlds && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(cat("seed ", seed));
    World world(stage, seed);
    for (int i = 0; i < kOpensPerWorld; ++i) open_and_check(world, count);
    EXPECT_FALSE(watch.read_anything());
  }
  // The worlds are such that the rules matter.
  EXPECT_GT(count.opened, kWorlds);
  EXPECT_GT(count.deep, kWorlds / 10);
  EXPECT_GT(count.refused, kWorlds);
}

}  // namespace
}  // namespace glovebox::disk
