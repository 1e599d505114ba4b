// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/qemu/network.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::vm {
namespace {

using base::cat;
using base::UniqueFd;

constexpr int kSocketNumber = 3;  // in passt
constexpr size_t kMaxWords = 4096;

// --no-map-gw: the gateway's address would stand for the host's own 127.0.0.1, where services
// listen that trust whoever reaches them.
std::vector<std::string> passt_command(const std::optional<OwnUser>& user) {
  std::vector<std::string> argv = {
      "passt",         "--foreground",        "--stderr",    "--quiet",
      "--fd",          cat(kSocketNumber),    "--address",   kGuestAddress,
      "--netmask",     cat(kGuestPrefixBits), "--gateway",   kGateway,
      "--dns-forward", kNameserver,           "--no-map-gw", "--tcp-ports",
      "none",          "--udp-ports",         "none"};
  if (user)
    argv.insert(argv.end(), {"--runas", cat(user->uid(), ":", user->gid())});
  return argv;
}

// passt also complains where there is no system log.
std::string without_log_complaints(const std::string& words) {
  std::string kept;
  for (const std::string& line : base::split(words, '\n'))
    if (!line.empty() && !line.ends_with("to syslog"))
      kept += cat(kept.empty() ? "" : "; ", base::escape(line));
  return kept;
}

}  // namespace

Network Network::start() {
  base::SocketPair pair = base::make_socket_pair();
  base::Pipe words = base::make_pipe();
  // A passt that says more than anybody reads loses words, and does not wait.
  for (const UniqueFd* end : {&words.read_end, &words.write_end})
    if (fcntl(end->get(), F_SETFL, O_NONBLOCK) != 0)
      base::throw_errno("pipe");
  const UniqueFd nothing = base::open_file("/dev/null", O_RDWR);
  Network network;
  if (geteuid() == 0)
    network.user_ = OwnUser::take();
  try {
    network.passt_ = base::Child::spawn({.argv = passt_command(network.user_),
                                         .extra_environment = {},
                                         .descriptors = {{nothing.get(), STDIN_FILENO},
                                                         {nothing.get(), STDOUT_FILENO},
                                                         {words.write_end.get(), STDERR_FILENO},
                                                         {pair.second.get(), kSocketNumber}},
                                         .own_session = true});
  } catch (const Error& e) {
    if (e.errnum() != ENOENT)
      throw;
    throw Error(Errc::NotFound,
                "the appliance's network needs passt, which is not in PATH; install it (Debian: "
                "'apt install passt', Fedora: 'dnf install passt')",
                ENOENT);
  }
  network.socket_ = std::move(pair.first);
  network.words_ = std::move(words.read_end);
  return network;
}

void Network::require_running() {
  if (!passt_.running())
    return;
  const auto status = passt_.wait(base::Deadline::after(std::chrono::milliseconds(0)));
  if (!status)
    return;
  char words[kMaxWords];
  const ssize_t size = read(words_.get(), words, sizeof words);
  throw Error(Errc::System,
              cat("the appliance has no network: passt ", status->text(), ": ",
                  without_log_complaints({words, size > 0 ? static_cast<size_t>(size) : 0})));
}

}  // namespace glovebox::vm
