// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/virt-appliance/info.h"

#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/cat.h"
#include "tools/common/output/human_size.h"

namespace glovebox::tools {
namespace {

using base::cat;
using Json = nlohmann::ordered_json;

// What a file system or another user wrote may be any bytes; JSON and terminals get it escaped.
std::string safe(const std::string& text) {
  return base::escape(text);
}

Json to_json(const TemplateInfo& info) {
  return {{"path", safe(info.path)},
          {"key", info.key},
          {"created", safe(info.created)},
          {"bytes", info.bytes}};
}

Json to_json(const std::vector<TemplateInfo>& templates) {
  Json list = Json::array();
  for (const TemplateInfo& info : templates) list.push_back(to_json(info));
  return list;
}

Json to_json(const ApplianceInfo& appliance) {
  return {{"directory", safe(appliance.directory)},
          {"kernel_version", safe(appliance.kernel_version)},
          {"built", safe(appliance.built)},
          {"root_digest", safe(appliance.root_digest)},
          {"bytes", appliance.bytes}};
}

std::string appliance_text(const Inventory& inventory, int64_t now) {
  if (!inventory.appliance)
    return cat("appliance  none: ", safe(inventory.appliance_problem), "\n");
  const ApplianceInfo& a = *inventory.appliance;
  return cat("appliance  ", safe(a.directory), "\n", "  kernel   ", safe(a.kernel_version), "\n",
             "  built    ", safe(a.built), " (", age_text(a.built, now), ")\n", "  size     ",
             human_size(a.bytes), "\n", "  digest   ", safe(a.root_digest), "\n");
}

std::string cache_text(const Cache& cache, int64_t now) {
  std::string text = cat("templates  ", safe(cache.directory), "\n");
  if (!cache.problem.empty())
    return text + cat("  not readable: ", safe(cache.problem), "\n");
  if (cache.templates.empty())
    return text + "  none\n";
  for (const TemplateInfo& info : cache.templates)
    text += cat("  ", info.key, "  ", human_size(info.bytes), "  ", safe(info.created), " (",
                age_text(info.created, now), ")\n");
  return text;
}

Cache read_cache(const std::string& directory) {
  try {
    return {directory, list_templates(directory)};
  } catch (const Error& e) {
    return {.directory = directory, .problem = e.what()};
  }
}

Inventory take_inventory() {
  Inventory inventory;
  try {
    inventory.appliance = find_appliance();
  } catch (const Error& e) {
    inventory.appliance_problem = e.what();
  }
  inventory.caches.push_back(read_cache(default_cachedir()));
  if (default_cachedir() != kSystemCachedir)
    inventory.caches.push_back(read_cache(kSystemCachedir));
  return inventory;
}

}  // namespace

std::string age_text(const std::string& rfc3339, int64_t now) {
  tm parts{};
  if (!strptime(rfc3339.c_str(), "%Y-%m-%dT%H:%M:%S", &parts))
    return "";
  const int64_t seconds = now - timegm(&parts);
  const auto ago = [](int64_t count, const char* unit) {
    return cat(count, " ", unit, count == 1 ? "" : "s", " ago");
  };
  if (seconds < 0)
    return "in the future";
  if (seconds < 120)
    return ago(seconds, "second");
  if (seconds < 120 * 60)
    return ago(seconds / 60, "minute");
  if (seconds < 48 * 3600)
    return ago(seconds / 3600, "hour");
  return ago(seconds / 86400, "day");
}

std::string inventory_text(const Inventory& inventory, int64_t now) {
  std::string text = appliance_text(inventory, now);
  for (const Cache& cache : inventory.caches) text += cache_text(cache, now);
  return text;
}

std::string inventory_json(const Inventory& inventory) {
  Json document = {
      {"glovebox", GLOVEBOX_VERSION}, {"appliance", nullptr}, {"caches", Json::array()}};
  if (inventory.appliance)
    document["appliance"] = to_json(*inventory.appliance);
  else
    document["problem"] = safe(inventory.appliance_problem);
  for (const Cache& cache : inventory.caches) {
    Json entry = {{"directory", safe(cache.directory)}, {"templates", to_json(cache.templates)}};
    if (!cache.problem.empty())
      entry["problem"] = safe(cache.problem);
    document["caches"].push_back(std::move(entry));
  }
  return document.dump(2) + "\n";
}

int show_info(AnswerForm form, Output& out) {
  const Inventory inventory = take_inventory();
  out.append(form == AnswerForm::Json ? inventory_json(inventory)
                                      : inventory_text(inventory, time(nullptr)));
  out.commit();
  return EXIT_SUCCESS;
}

int clear_cache(Whose whose, AnswerForm form, Output& out) {
  if (whose == Whose::System && geteuid() != 0)
    throw Error(Errc::Denied, cat("only root may delete the templates of all users, in ",
                                  kSystemCachedir));
  const std::string directory = whose == Whose::System ? kSystemCachedir : default_cachedir();
  const std::vector<TemplateInfo> deleted = clear_templates(directory);
  uint64_t bytes = 0;
  for (const TemplateInfo& info : deleted) bytes += info.bytes;
  if (form == AnswerForm::Json)
    out.append(Json{{"directory", safe(directory)}, {"deleted", to_json(deleted)}}.dump(2) + "\n");
  else
    out.append(cat("deleted ", deleted.size(), deleted.size() == 1 ? " template, " : " templates, ",
                   human_size(bytes), ", in ", safe(directory), "\n"));
  out.commit();
  return EXIT_SUCCESS;
}

}  // namespace glovebox::tools
