// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/vm/supervisor/host.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>

#include "base/cat.h"

namespace glovebox::vm {
namespace {

using base::cat;
using base::UniqueFd;

constexpr int kRamFd = 50, kLeakedFd = 51, kSocketFd = 52;  // numbers in the probe

// Listens on a unix socket; an abstract one begins with NUL.
UniqueFd listen_unix(const std::string& name) {
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path, sizeof address.sun_path - 1);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  EXPECT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
  EXPECT_EQ(listen(fd.get(), 8), 0);
  return fd;
}

UniqueFd listen_tcp(int& port) {
  UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  EXPECT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
  EXPECT_EQ(listen(fd.get(), 8), 0);
  EXPECT_EQ(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
  port = ntohs(address.sin_port);
  return fd;
}

std::string copy_program(const std::string& from, const std::string& to) {
  base::replace_file(to, base::read_file(from, 64 << 20), 0755);
  return to;
}

}  // namespace

Host::Host()
    : supervisor_(
          copy_program(GLOVEBOX_BINARY_DIR "/libexec/glovebox/supervisor", path("supervisor"))),
      probe_(
          copy_program(GLOVEBOX_BINARY_DIR "/tests/confinement-probe", path("confinement-probe"))),
      ram_(path("ram")),
      foreign_(foreign_dir_.path() + "/other-guest.img"),
      unix_path_(path("socket")),
      unused_name_(cat("gb-probe-", getpid())) {
  chmod(dir_.path().c_str(), 0755);
  chmod(foreign_dir_.path().c_str(), 0755);
  base::replace_file(ram_, std::string(64 << 10, 'r'), 0444);
  base::replace_file(foreign_, "another guest's data", 0666);
  unix_listener_ = listen_unix(unix_path_);
  chmod(unix_path_.c_str(), 0777);
  abstract_listener_ = listen_unix(std::string(1, '\0') + unused_name_);
  tcp_listener_ = listen_tcp(port_);
  loose_socket_ = UniqueFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  directory_ = base::open_file("/", O_RDONLY | O_DIRECTORY);
  ram_fd_ = base::open_file(ram_, O_RDONLY);
}

Host::~Host() {
  for (const char* directory : {"/tmp/", "/var/tmp/", "/dev/shm/"})
    unlink((directory + unused_name_).c_str());
}

std::vector<std::string> Host::command(As as, std::vector<std::string> options) const {
  std::vector<std::string> argv;
  if (as == As::OrdinaryUser)
    argv = {"setpriv", cat("--reuid=", kOrdinaryUser), cat("--regid=", kOrdinaryUser),
            "--clear-groups"};
  argv.push_back(supervisor_);
  if (as == As::Self && geteuid() == 0)
    argv.insert(argv.end(), {"--uid", cat(kOwnUser), "--gid", cat(kOwnUser)});
  argv.insert(argv.end(), options.begin(), options.end());
  return argv;
}

std::map<std::string, std::string> Host::run_probe(As as, const std::string& without) const {
  // A plain user's own template is the harder case: the user could change its mode.
  if (as == As::OrdinaryUser) {
    EXPECT_EQ(chown(ram_.c_str(), 1000, 1000), 0);
  }
  // A process of the same user, for the probe to meddle with.
  std::vector<std::string> sleep = command(as, {});
  sleep.erase(std::find(sleep.begin(), sleep.end(), supervisor_), sleep.end());
  sleep.insert(sleep.end(), {"/bin/sleep", "1000"});
  const base::Child bystander =
      base::Child::spawn({.argv = sleep, .extra_environment = {}, .descriptors = {}});
  std::vector<std::string> options = {"--inherit", cat(kRamFd, ",", kSocketFd), "--read", ram_};
  if (without.empty())
    options.insert(options.end(), {"--require", "all"});
  else
    options.insert(options.end(), {"--without", without});
  options.insert(options.end(),
                 {"--", probe_, "ram=" + ram_, "foreign=" + foreign_, "unix=" + unix_path_,
                  "abstract=" + unused_name_, "new=" + unused_name_, cat("port=", port_),
                  cat("parent=", bystander.pid()), cat("leaked=", kLeakedFd),
                  cat("socket=", kSocketFd), cat("ram-fd=", kRamFd), "without=" + without});
  base::Pipe out = base::make_pipe();
  base::Child child = base::Child::spawn({.argv = command(as, options),
                                          .extra_environment = {"HOME=/nowhere"},
                                          .descriptors = {{out.write_end.get(), 1},
                                                          {ram_fd_.get(), kRamFd},
                                                          {directory_.get(), kLeakedFd},
                                                          {loose_socket_.get(), kSocketFd}}});
  out.write_end.reset();
  const std::string text = base::read_all(out.read_end.get(), 1 << 20, "probe");
  child.wait(base::Deadline::after(std::chrono::seconds(20)));
  std::map<std::string, std::string> results;
  for (const std::string& line : base::split(base::trim(text), '\n')) {
    // "files.create /tmp/new refused": the answer is the last word, or what stands in brackets at
    // the end.
    const size_t space =
        line.find(" ALLOWED") != std::string::npos ? line.find(" ALLOWED") : line.rfind(' ');
    results[line.substr(0, space)] = space == std::string::npos ? "" : line.substr(space + 1);
  }
  return results;
}

}  // namespace glovebox::vm
