// SPDX-License-Identifier: GPL-2.0-or-later
// What the supervisor does around the program: start, report, watch, end.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cat.h"
#include "base/error.h"
#include "tests/unit/vm/supervisor/host.h"

namespace glovebox::vm {
namespace {

using namespace std::chrono_literals;
using base::cat;

constexpr int kLifeFd = 60, kReportFd = 61;

class SupervisorTest : public testing::Test {
 protected:
  base::RunResult run(std::vector<std::string> options) {
    return base::run({.argv = host_.command(As::Self, std::move(options)), .timeout = 20s});
  }

  // Starts the program with a life pipe and a report pipe.
  base::Child start(std::vector<std::string> options) {
    base::Pipe life = base::make_pipe(), report = base::make_pipe();
    std::vector<std::string> all = {"--life-fd", cat(kLifeFd), "--report-fd", cat(kReportFd)};
    all.insert(all.end(), options.begin(), options.end());
    base::Child child = base::Child::spawn(
        {.argv = host_.command(As::Self, all),
         .extra_environment = {},
         .descriptors = {{life.read_end.get(), kLifeFd}, {report.write_end.get(), kReportFd}}});
    life_ = std::move(life.write_end);
    report.write_end.reset();
    report_ = layers_of(base::read_all(report.read_end.get(), 1 << 16, "report"));
    return child;
  }

  // A program that runs for ever and holds a pipe: its end closes with the last of its processes.
  base::Child start_endless(base::UniqueFd& gone) {
    base::Pipe held = base::make_pipe();
    base::set_inheritable(held.write_end.get(), true);
    base::Child child = start({"--", "/bin/sleep", "1000"});
    gone = std::move(held.read_end);
    return child;
  }

  static bool ends_within_a_second(const base::UniqueFd& gone) {
    return base::wait_for(gone.get(), POLLIN | POLLHUP, base::Deadline::after(1s));
  }

  Host host_;
  base::UniqueFd life_;
  // Without the line that names the child, which comes anywhere among those of the layers.
  static std::string layers_of(const std::string& report) {
    std::string layers;
    for (const std::string& line : base::split(report, '\n'))
      if (!line.empty() && !line.starts_with("{\"child\":"))
        layers += line + "\n";
    return layers;
  }

  std::string report_;
};

TEST_F(SupervisorTest, EndsAsTheProgramDoes) {
  EXPECT_EQ(run({"--", "/bin/sh", "-c", "exit 7"}).exit.text(), "exited with status 7");
  EXPECT_EQ(run({"--", "/bin/true"}).exit.text(), "exited with status 0");
  EXPECT_EQ(run({"--without", "pid-namespace", "--", "/bin/sh", "-c", "kill -SEGV $$"}).exit.text(),
            "was killed by signal 11 (Segmentation fault)");
}

TEST_F(SupervisorTest, EveryLayerIsReportedInOrder) {
  start({"--", "/bin/true"});
  std::string names;
  for (const std::string& line : base::split(base::trim(report_), '\n')) {
    EXPECT_TRUE(line.ends_with(",\"ok\":true}")) << line;
    names += line.substr(10, line.find('"', 10) - 10) + " ";
  }
  EXPECT_EQ(names,
            "pid-namespace mount-namespace network-namespace ipc-namespace uts-namespace "
            "plain-user no-capabilities "
            "no-core-dumps no-new-privileges landlock seccomp ");
  EXPECT_EQ(run({"--check"}).stdout_text, report_);
}

TEST_F(SupervisorTest, AMissingProgramIsSaidInTheReport) {
  EXPECT_EQ(start({"--", "qemu-system-pdp11"}).wait(base::Deadline::after(5s))->text(),
            "exited with status 125");
  EXPECT_EQ(report_, "{\"error\":\"qemu-system-pdp11: No such file or directory\"}\n");
}

TEST_F(SupervisorTest, ARequiredLayerThatIsMissingStopsIt) {
  base::Child child = start({"--without", "landlock", "--require", "all", "--", "/bin/true"});
  EXPECT_EQ(child.wait(base::Deadline::after(5s))->text(), "exited with status 125");
  EXPECT_TRUE(report_.ends_with(
      "{\"layer\":\"landlock\",\"ok\":false,\"reason\":\"left out by --without\"}\n"
      "{\"error\":\"confinement layer 'landlock' is required but not available here: "
      "left out by --without\"}\n"))
      << report_;
}

TEST_F(SupervisorTest, CheckFailsWhenALayerIsMissing) {
  const auto result = run({"--check", "--without", "seccomp"});
  EXPECT_EQ(result.exit.text(), "exited with status 1");
  EXPECT_NE(result.stdout_text.find("{\"layer\":\"seccomp\",\"ok\":false,"), std::string::npos);
}

TEST_F(SupervisorTest, WrongOptions) {
  EXPECT_EQ(run({"--nonsense"}).stderr_text,
            "supervisor: unknown option: --nonsense\nTry 'supervisor --help'.\n");
  EXPECT_EQ(run({"--read", "relative", "--", "x"}).stderr_text,
            "supervisor: --read: not an absolute path: relative\nTry 'supervisor --help'.\n");
  EXPECT_EQ(run({"--require", "luck", "--", "x"}).stderr_text,
            "supervisor: --require: no such layer: luck\nTry 'supervisor --help'.\n");
  EXPECT_EQ(run({}).stderr_text,
            "supervisor: no program to run: supervisor [OPTIONS] -- PROGRAM [ARGUMENTS]\nTry "
            "'supervisor --help'.\n");
}

TEST_F(SupervisorTest, TheProgramDiesWithTheTool) {
  base::UniqueFd gone;
  base::Child child = start_endless(gone);
  EXPECT_FALSE(base::wait_for(gone.get(), POLLIN | POLLHUP, base::Deadline::after(100ms)));
  life_.reset();
  EXPECT_TRUE(ends_within_a_second(gone));
  EXPECT_EQ(child.wait(base::Deadline::after(1s))->text(), "was killed by signal 9 (Killed)");
}

TEST_F(SupervisorTest, TheProgramDiesWithTheSupervisor) {
  base::UniqueFd gone;
  base::Child child = start_endless(gone);
  kill(child.pid(), SIGKILL);
  EXPECT_TRUE(ends_within_a_second(gone));
}

TEST_F(SupervisorTest, SignalsOfTheTerminalAreTheTools) {
  base::UniqueFd gone;
  base::Child child = start_endless(gone);
  for (const int signal : {SIGINT, SIGHUP, SIGTERM, SIGQUIT}) kill(child.pid(), signal);
  EXPECT_FALSE(base::wait_for(gone.get(), POLLIN | POLLHUP, base::Deadline::after(200ms)));
  EXPECT_TRUE(child.running());
}

TEST_F(SupervisorTest, WritingToTheLifePipeMeansNothing) {
  base::UniqueFd gone;
  base::Child child = start_endless(gone);
  ASSERT_EQ(write(life_.get(), "hello", 5), 5);
  EXPECT_FALSE(base::wait_for(gone.get(), POLLIN | POLLHUP, base::Deadline::after(100ms)));
}

TEST_F(SupervisorTest, The32BitDoorKills) {
  // A kernel without 32-bit system calls has no such door: the probe dies of it anyway.
  const base::RunResult unconfined = base::run({.argv = {host_.probe(), "int80"}});
  EXPECT_EQ(run({"--", host_.probe(), "int80"}).exit.text(),
            unconfined.exit.ok() ? "was killed by signal 31 (Bad system call)"
                                 : unconfined.exit.text());
}

TEST_F(SupervisorTest, WriteGrantsLetWrite) {
  base::replace_file(host_.path("file"), "before", 0666);
  EXPECT_EQ(run({"--write", host_.path("file"), "--", "/bin/sh", "-c",
                 "echo after >>" + host_.path("file")})
                .exit.text(),
            "exited with status 0");
  EXPECT_EQ(base::read_file(host_.path("file"), 100), "beforeafter\n");
  EXPECT_NE(
      run({"--read", host_.path("file"), "--", "/bin/sh", "-c", "echo no >>" + host_.path("file")})
          .exit.text(),
      "exited with status 0");
}

TEST_F(SupervisorTest, GrantsFollowSymbolicLinks) {
  ASSERT_EQ(mkdir(host_.path("real").c_str(), 0755), 0);
  base::replace_file(host_.path("real/file"), "found", 0644);
  ASSERT_EQ(symlink("real", host_.path("link").c_str()), 0);
  ASSERT_EQ(symlink(host_.path("link/file").c_str(), host_.path("chain").c_str()), 0);
  const auto result = run({"--read", host_.path("chain"), "--", "/bin/cat", host_.path("chain")});
  EXPECT_EQ(result.stdout_text, "found");
}

TEST_F(SupervisorTest, GrantsFollowFortySymbolicLinksAsTheKernelDoes) {
  base::replace_file(host_.path("link0"), "found", 0644);
  for (int i = 1; i <= 41; ++i)
    ASSERT_EQ(symlink(cat("link", i - 1).c_str(), host_.path(cat("link", i)).c_str()), 0);
  const auto mount_layer = [&](int i) {
    start({"--read", host_.path(cat("link", i)), "--", "/bin/true"});
    for (const std::string& line : base::split(report_, '\n'))
      if (line.starts_with("{\"layer\":\"mount-namespace\""))
        return line;
    return std::string();
  };
  EXPECT_EQ(mount_layer(40), "{\"layer\":\"mount-namespace\",\"ok\":true}");
  EXPECT_EQ(mount_layer(41), "{\"layer\":\"mount-namespace\",\"ok\":false,\"reason\":\"" +
                                 host_.path("link41") + ": too many levels of symbolic links\"}");
}

TEST_F(SupervisorTest, RootsPrivateDirectoryIsReachedByThePlainUser) {
  ASSERT_EQ(mkdir(host_.path("private").c_str(), 0700), 0);
  base::replace_file(host_.path("private/ram"), "pages", 0444);
  EXPECT_EQ(run({"--read", host_.path("private/ram"), "--", "/bin/cat", host_.path("private/ram")})
                .stdout_text,
            "pages");
}

// The directories of the sealed root are made under the caller's umask, and qemu is another user.
TEST_F(SupervisorTest, WhatIsGrantedIsReachedUnderAnyUmask) {
  ASSERT_EQ(mkdir(host_.path("private").c_str(), 0700), 0);
  base::replace_file(host_.path("private/ram"), "pages", 0444);
  for (const char* umask : {"0002", "0027", "0037", "0007", "0077"}) {
    std::vector<std::string> argv = {"/bin/sh", "-c", "umask $0 && exec \"$@\"", umask};
    for (const std::string& word : host_.command(
             As::Self,
             {"--read", host_.path("private/ram"), "--", "/bin/cat", host_.path("private/ram")}))
      argv.push_back(word);
    const auto result = base::run({.argv = argv, .timeout = 20s});
    EXPECT_EQ(result.exit.text(), "exited with status 0") << umask;
    EXPECT_EQ(result.stdout_text, "pages") << umask;
  }
}

// A container with --cap-drop=ALL: uid 0, which may not even map itself into a user namespace.
TEST_F(SupervisorTest, RootWithoutCapabilitiesHasTheLayersThatAreLeft) {
  if (geteuid() != 0)
    return;
  std::vector<std::string> argv = {"setpriv", "--bounding-set=-all", "--inh-caps=-all"};
  for (const std::string& word : host_.command(As::Self, {"--report-fd", "1", "--", "/bin/true"}))
    argv.push_back(word);
  const std::string with_all = run({"--report-fd", "1", "--", "/bin/true"}).stdout_text;
  const std::string landlock = with_all.substr(with_all.find("{\"layer\":\"landlock\""));
  const auto result = base::run({.argv = argv, .timeout = 20s});
  EXPECT_EQ(result.exit.text(), "exited with status 0") << result.stdout_text;
  EXPECT_EQ(
      result.stdout_text,
      "{\"layer\":\"pid-namespace\",\"ok\":true}\n"
      "{\"layer\":\"mount-namespace\",\"ok\":false,\"reason\":\"no file can be created in a user "
      "namespace without a mapped user: /proc/self/uid_map: Operation not permitted\"}\n"
      "{\"layer\":\"network-namespace\",\"ok\":true}\n"
      "{\"layer\":\"ipc-namespace\",\"ok\":true}\n"
      "{\"layer\":\"uts-namespace\",\"ok\":true}\n"
      "{\"layer\":\"plain-user\",\"ok\":false,\"reason\":\"root without CAP_SETUID cannot become "
      "another user\"}\n"
      "{\"layer\":\"no-capabilities\",\"ok\":true}\n"
      "{\"layer\":\"no-core-dumps\",\"ok\":true}\n"
      "{\"layer\":\"no-new-privileges\",\"ok\":true}\n" +
          landlock);
}

TEST_F(SupervisorTest, RootIsNotMadeAUserThatIsNotNamed) {
  if (geteuid() != 0)
    return;
  const auto result = base::run({.argv = {host_.supervisor(), "--check"}, .timeout = 20s});
  EXPECT_EQ(result.exit.text(), "exited with status 1");
  EXPECT_NE(result.stdout_text.find("{\"layer\":\"plain-user\",\"ok\":false,\"reason\":\"there is "
                                    "no unused user id\"}\n"),
            std::string::npos)
      << result.stdout_text;
}

TEST_F(SupervisorTest, PreloadOpensOnePathReadOnly) {
  const std::string library = host_.path("readonly-ram.so");
  base::replace_file(
      library, base::read_file(GLOVEBOX_BINARY_DIR "/lib/glovebox/readonly-ram.so", 1 << 20), 0755);
  EXPECT_EQ(run({"--preload", library, "--readonly-path", host_.ram(), "--", host_.probe(),
                 "open-mode", host_.ram()})
                .stdout_text,
            "read-only\n");
  EXPECT_NE(run({"--read", host_.ram(), "--", host_.probe(), "open-mode", host_.ram()}).stdout_text,
            "read-only\n");
  base::replace_file(host_.path("other"), "x", 0666);
  EXPECT_EQ(run({"--preload", library, "--readonly-path", host_.ram(), "--write",
                 host_.path("other"), "--", host_.probe(), "open-mode", host_.path("other")})
                .stdout_text,
            "writable\n");
}

}  // namespace
}  // namespace glovebox::vm
