// SPDX-License-Identifier: GPL-2.0-or-later
//
// Calls: encrypted devices. cryptsetup(8) does it, not libcryptsetup in our own process: a LUKS2
// header is the guest's JSON, and a process that only reads one header is the right place for it.
// Starting one costs nothing beside deriving a key. Keys travel in files of tmpfs: a command line
// is everybody's to read, and of an empty stdin cryptsetup thinks that the key was forgotten.
#include "guestd/functions/luks.h"

#include <fcntl.h>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/block/volumes.h"
#include "daemon/device_change.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/program.h"
#include "inspect/report/base64.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kMapperDirectory = "/dev/mapper/";

using Words = std::vector<std::string>;

// The bytes of a key: "base64:" goes before any bytes, "text:" before a text, and a text without
// either is itself.
std::string key_bytes(const std::string& key) {
  constexpr std::string_view kText = "text:";
  constexpr std::string_view kBase64 = "base64:";
  if (key.starts_with(kText))
    return key.substr(kText.size());
  if (!key.starts_with(kBase64))
    return key;
  std::optional<std::string> bytes = inspect::base64_decode(key.substr(kBase64.size()));
  if (!bytes)
    refuse("the key begins with \"base64:\", but the rest is not base 64");
  return std::move(*bytes);
}

// A key in a file that nobody else can read; an empty one is a key, too.
class KeyFile {
 public:
  explicit KeyFile(const std::string& key) {
    base::write_all(base::open_file(path(), O_WRONLY | O_CREAT | O_EXCL, 0600).get(),
                    key_bytes(key), path());
  }
  std::string path() const { return directory_.path() + "/key"; }

 private:
  const base::TempDir directory_{"luks"};
};

// Runs it with that key.
void cryptsetup(const Words& arguments, const std::string& key, const std::string& about) {
  const KeyFile file(key);
  run_program({.argv = Arguments{"cryptsetup", "--batch-mode", "--key-file", file.path()}.add_all(
                   arguments),
               .about = about,
               .timeout = kLongTimeout});
}

void format(Appliance& app,
            const std::string& device,
            const std::string& key,
            int32_t keyslot,
            const Words& options) {
  const DeviceChange change(app, device);
  cryptsetup(Arguments{"--key-slot", std::to_string(keyslot)}.add_all(options).add(
                 "luksFormat", "--", change.name()),
             key, change.name());
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
  const std::string type =
      optargs.crypttype ? *optargs.crypttype : crypt_type(app, change.device());
  cryptsetup(Arguments{"open"}
                 .add_if(optargs.readonly, "--readonly")
                 .add("--type", type, "--", change.name(), mapname),
             key, change.name());
}

void cryptsetup_close(Appliance& app, const std::string& device) {
  const DeviceChange change(app, device);
  const std::string& name = change.name();
  if (!name.starts_with(kMapperDirectory))
    refuse(base::cat(name, ": you must call this on the /dev/mapper device created by luks_open"));
  run_program({.argv = {"cryptsetup", "close", "--",
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
  const KeyFile file(newkey);
  cryptsetup(
      {"--key-slot", std::to_string(keyslot), "luksAddKey", "--", change.name(), file.path()}, key,
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

std::vector<InternalEncrypted> internal_list_encrypted(Appliance& app) {
  std::vector<InternalEncrypted> result;
  for (const FoundVolume& container : list_encrypted(app.assembly))
    result.push_back({.device = container.device.name,
                      .type = container.content.type,
                      .uuid = container.content.uuid});
  return result;
}

}  // namespace glovebox::guestd
