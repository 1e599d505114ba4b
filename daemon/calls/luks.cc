// SPDX-License-Identifier: GPL-2.0-or-later
//
// Calls: encrypted devices. cryptsetup(8) does it, not libcryptsetup in our own process: a LUKS2
// header is the guest's JSON, and a process that only reads one header is the right place for it.
// Starting one costs nothing beside deriving a key. Keys travel on stdin and in a file of tmpfs: a
// command line is everybody's to read.
#include "guestd/functions/luks.h"

#include <fcntl.h>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/device_change.h"
#include "daemon/refuse.h"
#include "daemon/tool.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kMapperDirectory = "/dev/mapper/";

using Words = std::vector<std::string>;

// Runs it with the key on stdin, which it is told to read whole. An empty key is one, too.
void cryptsetup(Words arguments, const std::string& key, const std::string& about) {
  Words argv = {"cryptsetup", "--batch-mode", "--key-file", "-"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  run_tool({.argv = argv, .about = about, .stdin_text = key, .timeout = kLongToolTimeout});
}

void format(Appliance& app,
            const std::string& device,
            const std::string& key,
            int32_t keyslot,
            const Words& options) {
  const DeviceChange change(app, device);
  Words arguments = {"--key-slot", std::to_string(keyslot)};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.insert(arguments.end(), {"luksFormat", "--", change.name()});
  cryptsetup(arguments, key, change.name());
}

void require_new_mapping(const std::string& name) {
  if (name == "control")
    refuse("mapping name is reserved: 'control'");
  if (name.empty() || name.find('/') != std::string::npos || name.starts_with('-'))
    refuse(base::cat("'", base::escape(name), "' cannot be the name of a mapping"));
}

// cryptsetup's word for what blkid finds on the device.
std::string crypt_type(Appliance& app, const BlockDevice& device) {
  const std::string type = app.prober.content(device).type;
  if (type == "crypto_LUKS")
    return "luks";
  if (type == "BitLocker")
    return "bitlk";
  refuse(base::cat(device.name, ": unknown encrypted device type"));
}

}  // namespace

void luks_format(Appliance& app,
                 const std::string& device,
                 const std::string& key,
                 int32_t keyslot) {
  format(app, device, key, keyslot, {});
}

void luks_format_cipher(Appliance& app,
                        const std::string& device,
                        const std::string& key,
                        int32_t keyslot,
                        const std::string& cipher) {
  format(app, device, key, keyslot, {"--cipher", cipher});
}

void cryptsetup_open(Appliance& app,
                     const std::string& device,
                     const std::string& key,
                     const std::string& mapname,
                     const CryptsetupOpenOptions& optargs) {
  require_new_mapping(mapname);
  const DeviceChange change(app, device);
  Words arguments = {"open"};
  if (optargs.readonly.value_or(false))
    arguments.push_back("--readonly");
  arguments.insert(
      arguments.end(),
      {"--type", optargs.crypttype ? *optargs.crypttype : crypt_type(app, change.device()), "--",
       change.name(), mapname});
  cryptsetup(arguments, key, change.name());
}

void cryptsetup_close(Appliance& app, const std::string& device) {
  const DeviceChange change(app, device);
  const std::string& name = change.name();
  if (!name.starts_with(kMapperDirectory))
    refuse(base::cat(name, ": you must call this on the /dev/mapper device created by luks_open"));
  run_tool({.argv = {"cryptsetup", "close", "--",
                     name.substr(std::string_view(kMapperDirectory).size())},
            .about = name});
}

void luks_open(Appliance& app,
               const std::string& device,
               const std::string& key,
               const std::string& mapname) {
  cryptsetup_open(app, device, key, mapname, {.crypttype = "luks"});
}

void luks_open_ro(Appliance& app,
                  const std::string& device,
                  const std::string& key,
                  const std::string& mapname) {
  cryptsetup_open(app, device, key, mapname, {.readonly = true, .crypttype = "luks"});
}

void luks_close(Appliance& app, const std::string& device) {
  cryptsetup_close(app, device);
}

void luks_add_key(Appliance& app,
                  const std::string& device,
                  const std::string& key,
                  const std::string& newkey,
                  int32_t keyslot) {
  const DeviceChange change(app, device);
  const base::TempDir directory("key");  // on tmpfs, for us alone
  const std::string file = directory.path() + "/new";
  base::write_all(base::open_file(file, O_WRONLY | O_CREAT | O_EXCL, 0600).get(), newkey, file);
  cryptsetup({"--key-slot", std::to_string(keyslot), "luksAddKey", "--", change.name(), file}, key,
             change.name());
}

void luks_kill_slot(Appliance& app,
                    const std::string& device,
                    const std::string& key,
                    int32_t keyslot) {
  const DeviceChange change(app, device);
  cryptsetup({"luksKillSlot", "--", change.name(), std::to_string(keyslot)}, key, change.name());
}

std::string luks_uuid(Appliance& app, const std::string& device) {
  const BlockDevice found = app.device(device);
  const Content& content = app.prober.content(found);
  if (content.type != "crypto_LUKS")
    refuse(base::cat(found.name, ": not a LUKS container"));
  return content.uuid;
}

}  // namespace glovebox::guestd
