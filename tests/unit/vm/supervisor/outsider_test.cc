// SPDX-License-Identifier: GPL-2.0-or-later
// What other processes of the host may do to a confined one, and to its supervisor: nothing, unless
// they are the very same user, which for root's is nobody.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/cat.h"
#include "tests/unit/vm/supervisor/host.h"

namespace glovebox::vm {
namespace {

using namespace std::chrono_literals;
using base::cat;

constexpr int kSecretFd = 50, kReportFd = 61;
constexpr uint32_t kNobody = 65534;

class Outsider : public testing::Test {
 protected:
  Outsider() : program_(host_.path("outsider")) {
    base::replace_file(program_,
                       base::read_file(GLOVEBOX_BINARY_DIR "/tests/confinement-outsider", 64 << 20),
                       0755);
    base::replace_file(host_.path("secret"), "another guest's disk", 0600);
  }

  // A confined program that has a descriptor of a file that nobody else may open.
  void start(As as) {
    const base::UniqueFd secret = base::open_file(host_.path("secret"), O_RDWR);
    base::Pipe report = base::make_pipe();
    supervisor_ = base::Child::spawn(
        {.argv = host_.command(as, {"--report-fd", cat(kReportFd), "--inherit", cat(kSecretFd),
                                    "--require", "all", "--", "/bin/sleep", "1000"}),
         .extra_environment = {},
         .descriptors = {{secret.get(), kSecretFd}, {report.write_end.get(), kReportFd}}});
    report.write_end.reset();
    const std::string text = base::read_all(report.read_end.get(), 1 << 16, "report");  // it runs
    ASSERT_EQ(text.find("error"), std::string::npos) << text;
    const std::string pid = cat(supervisor_.pid());
    program_pid_ = base::trim(base::read_file(cat("/proc/", pid, "/task/", pid, "/children"), 100));
  }

  // What the outsider could do, "end" if nothing.
  std::vector<std::string> attack(uint32_t user, const std::string& pid) {
    const auto result = base::run({.argv = {"setpriv", cat("--reuid=", user), cat("--regid=", user),
                                            "--clear-groups", program_, pid, cat(kSecretFd)},
                                   .timeout = 20s});
    std::vector<std::string> done;
    for (const std::string& line : base::split(base::trim(result.stdout_text), '\n'))
      if (!line.ends_with(" refused"))
        done.push_back(line.substr(0, line.find(' ')));
    return done;
  }

  Host host_;
  std::string program_, program_pid_;
  base::Child supervisor_;
};

const auto kNothing = testing::ElementsAre("end");

TEST_F(Outsider, OtherUsersCannotTouchRootsProgram) {
  if (geteuid() != 0)
    return;  // who is not root cannot be somebody else
  start(As::Self);
  for (const uint32_t user : {kNobody, kOwnUser - 1, kOwnUser + 1, kOrdinaryUser})
    EXPECT_THAT(attack(user, program_pid_), kNothing) << user;
  // The attempts are worth something: as the same user they succeed.
  const std::vector<std::string> done = attack(kOwnUser, program_pid_);
  for (const char* what : {"take-descriptor", "read-memory", "trace", "end"})
    EXPECT_THAT(done, testing::Contains(what));
}

TEST_F(Outsider, NobodyCanTouchTheSupervisor) {
  if (geteuid() != 0)
    return;
  start(As::Self);
  for (const uint32_t user : {kNobody, kOwnUser, kOrdinaryUser})
    EXPECT_THAT(attack(user, cat(supervisor_.pid())), kNothing) << user;
}

// Even its own user can only signal it.
TEST_F(Outsider, AnOrdinaryUsersSupervisorIsNotTraced) {
  if (geteuid() != 0)
    return;
  ASSERT_EQ(chmod(host_.path("secret").c_str(), 0666), 0);
  start(As::OrdinaryUser);
  EXPECT_THAT(attack(kOrdinaryUser, cat(supervisor_.pid())),
              testing::ElementsAre("set-limits", "signal", "end"));
}

}  // namespace
}  // namespace glovebox::vm
