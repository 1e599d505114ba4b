// SPDX-License-Identifier: GPL-2.0-or-later
#include "disk/configuration.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "base/files.h"
#include "tests/unit/message_of.h"

namespace glovebox::disk {
namespace {

class Configuration : public testing::Test {
 protected:
  Configuration() {
    for (const char* name : {"/images", "/home"}) mkdir((dir_.path() + name).c_str(), 0755);
  }

  std::string rule(const std::string& format) { return images_ + " = " + format + "\n"; }

  // "raw", "qcow2" or "none": what is said of an image in images/.
  std::string said() {
    const FormatRules rules = read_format_rules(files_);
    const FormatRule* const found = rules.find(images_ + "/x");
    return found ? std::string(format_name(found->format)) : "none";
  }

  std::string refusal() {
    return message_of([&] { said(); });
  }

  base::TempDir dir_;
  const std::string images_ = dir_.path() + "/images";
  const ConfigurationFiles files_ = {.system = dir_.path() + "/glovebox.conf",
                                     .user = dir_.path() + "/home/glovebox.conf"};
};

TEST_F(Configuration, TheUsersFileGoesBeforeTheSystems) {
  EXPECT_EQ(said(), "none");
  base::replace_file(files_.system, rule("raw"));
  EXPECT_EQ(said(), "raw");
  base::replace_file(files_.user, rule("qcow2"));
  EXPECT_EQ(said(), "qcow2");
  EXPECT_EQ(read_format_rules({.system = files_.system, .user = ""}).find(images_ + "/x")->origin,
            files_.system + ":1");
}

TEST_F(Configuration, ALongerDirectoryOfTheSystemsGoesBeforeAShorterOfTheUsers) {
  base::replace_file(files_.system, rule("raw"));
  base::replace_file(files_.user, dir_.path() + " = qcow2\n");
  EXPECT_EQ(said(), "raw");
}

TEST_F(Configuration, Mistakes) {
  base::replace_file(files_.user, "\nnonsense\n");
  EXPECT_EQ(refusal(), files_.user + ":2: 'nonsense' is not of the form DIRECTORY = FORMAT");
  base::replace_file(files_.user, rule("vmdk"));
  EXPECT_EQ(refusal(), files_.user + ":1: the format must be raw or qcow2, not vmdk");
  base::replace_file(files_.user, files_.user + " = raw\n");
  EXPECT_EQ(refusal(), files_.user + ":1: '" + files_.user + "' is not a directory");
  base::replace_file(files_.user, rule("raw"), 0646);
  EXPECT_EQ(refusal(),
            files_.user + ": every user can write this file; take that right away with chmod o-w");
  ASSERT_EQ(unlink(files_.user.c_str()), 0);
  ASSERT_EQ(mkfifo(files_.user.c_str(), 0600), 0);
  EXPECT_EQ(refusal(), files_.user + ": is a FIFO, not a regular file");
}

TEST_F(Configuration, ItHasALimit) {
  base::replace_file(files_.system, rule("raw") + std::string(kMaxConfigurationBytes, '\n'));
  EXPECT_EQ(refusal(), files_.system + ": larger than 65536 bytes");
  const std::string line = rule("raw");
  base::replace_file(files_.system, line + std::string(kMaxConfigurationBytes - line.size(), '\n'));
  EXPECT_EQ(said(), "raw");
}

TEST_F(Configuration, AFileThatCannotBeReadIsReportedAndAHomeThatCannotBeEnteredIsNone) {
  const bool root = geteuid() == 0;  // reads everything
  base::replace_file(files_.user, rule("raw"), 0);
  EXPECT_EQ(refusal(), root ? "no error" : files_.user + ": Permission denied");
  ASSERT_EQ(chmod((dir_.path() + "/home").c_str(), 0), 0);
  EXPECT_EQ(said(), root ? "raw" : "none");
  ASSERT_EQ(chmod((dir_.path() + "/home").c_str(), 0700), 0);
}

// sudo may keep the HOME of whoever called it.
TEST_F(Configuration, AHomeOfSomebodyElseIsNotTheUsersWord) {
  const uid_t other = 54321;
  base::replace_file(files_.user, rule("raw"));
  ConfigurationFiles files = files_;
  EXPECT_TRUE(read_format_rules(files).find(images_ + "/x"));
  EXPECT_EQ(read_format_rules(files).ignored(), "");
  if (geteuid() == 0) {
    // Root's file in a directory of somebody else's, who may have made a link of it.
    ASSERT_EQ(chown((dir_.path() + "/home").c_str(), other, other), 0);
  } else {
    files.user_id = other;
  }
  const FormatRules rules = read_format_rules(files);
  EXPECT_FALSE(rules.find(images_ + "/x"));
  EXPECT_EQ(rules.ignored(),
            files_.user + " is ignored: " + (geteuid() == 0 ? "its directory" : "it") +
                " belongs to another user");
}

// An environment variable for the life of this object.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name))
      before_ = before;
    value ? setenv(name, value, 1) : unsetenv(name);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { before_ ? setenv(name_, before_->c_str(), 1) : unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

std::string user_file(const char* xdg, const char* home) {
  const Variable one("XDG_CONFIG_HOME", xdg), other("HOME", home);
  return configuration_files().user;
}

TEST(ConfigurationFiles, WhereTheyAre) {
  EXPECT_EQ(configuration_files().system, "/etc/glovebox.conf");
  EXPECT_EQ(user_file("/config", "/home/fred"), "/config/glovebox.conf");
  EXPECT_EQ(user_file(nullptr, "/home/fred"), "/home/fred/.config/glovebox.conf");
  EXPECT_EQ(user_file("relative", "/home/fred"), "/home/fred/.config/glovebox.conf");
  EXPECT_EQ(user_file("", ""), "");
  EXPECT_EQ(user_file(nullptr, nullptr), "");
}

}  // namespace
}  // namespace glovebox::disk
