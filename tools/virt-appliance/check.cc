// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/virt-appliance/check.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/cat.h"
#include "tools/common/guest/guest.h"
#include "tools/common/output/human_size.h"
#include "tools/virt-appliance/info.h"

namespace glovebox::tools {
namespace {

using base::cat;
using Json = nlohmann::ordered_json;

// "  NAME      REST", without spaces at the end.
std::string line(const std::string& name, size_t width, const std::string& rest) {
  const std::string shown = base::escape(name);
  std::string text = "  " + shown;
  text.append(shown.size() < width ? width - shown.size() : 0, ' ');
  text += base::escape(rest);
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

// The longest name and a gap.
size_t name_width(const CheckReport& report) {
  size_t longest = 0;
  for (const CheckItem& item : report.items) longest = std::max(longest, item.name.size());
  for (const auto& version : report.versions) longest = std::max(longest, version.first.size());
  for (const LaunchStep& step : report.steps) longest = std::max(longest, step.name.size());
  return longest + 2;
}

std::string milliseconds(std::chrono::microseconds time) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f", static_cast<double>(time.count()) / 1000);
  return buffer;
}

std::chrono::microseconds total(const std::vector<LaunchStep>& steps) {
  std::chrono::microseconds sum{0};
  for (const LaunchStep& step : steps) sum += step.took;
  return sum;
}

// An item whose detail an action finds, or whose absence it throws.
CheckItem probe(const char* group, const char* name, const std::function<std::string()>& find) {
  try {
    return {group, name, true, find()};
  } catch (const Error& e) {
    return {group, name, false, e.what()};
  }
}

std::string describe_appliance(const Settings& settings) {
  const ApplianceInfo a = find_appliance(settings);
  return cat(a.directory, ", kernel ", a.kernel_version, ", built ", a.built, ", ",
             human_size(a.bytes));
}

std::string describe_hypervisor(const Settings& settings) {
  const HypervisorInfo h = find_hypervisor(settings);
  return cat(h.path, ", version ", h.version);
}

std::string describe_accelerator(const Settings& settings, Probe kvm, CheckReport& report) {
  report.accelerator = probe_accelerator(settings, kvm);
  return accelerator_text(*report.accelerator, time(nullptr));
}

// What people call it.
std::string accelerator_word(const std::string& name) {
  return name == "tcg" ? "emulation" : name;
}

std::string describe_launch(const LaunchReport& launch) {
  return cat(launch.cloned ? "cloned from a template" : "booted: " + launch.why_booted, ", ",
             accelerator_word(launch.accelerator), ", ", milliseconds(total(launch.steps)), " ms");
}

// Launches and looks inside.
std::string try_launch(const GuestOptions& options, Messages& messages, CheckReport& report) {
  Guest guest(options, "virt-appliance", messages);
  const LaunchReport launch = launch_report(guest.handle());
  report.steps = launch.steps;
  report.versions = guest.handle().internal_versions();
  std::sort(report.versions.begin(), report.versions.end());
  guest.close();
  return describe_launch(launch);
}

void add_confinement(CheckReport& report) {
  try {
    for (const ConfinementLayer& layer : confinement_layers())
      report.items.push_back({"confinement", layer.name, layer.ok, layer.detail});
  } catch (const Error& e) {
    report.items.push_back({"confinement", "layers", false, e.what()});
  }
}

CheckReport run_checks(const GuestOptions& options, Probe kvm, Messages& messages) {
  CheckReport report;
  Settings settings = Handle().settings();
  apply_settings(options, "virt-appliance", settings);
  const auto add = [&](const char* group, const char* name, const auto& find) {
    report.items.push_back(probe(group, name, find));
  };
  add("host", "appliance", [&] { return describe_appliance(settings); });
  add("host", "hypervisor", [&] { return describe_hypervisor(settings); });
  add("host", "accelerator", [&] { return describe_accelerator(settings, kvm, report); });
  add_confinement(report);
  add("guest", "launch", [&] { return try_launch(options, messages, report); });
  return report;
}

}  // namespace

std::string accelerator_text(const Accelerator& accelerator, int64_t now) {
  std::string text = cat(accelerator_word(accelerator.name), ": ", accelerator.reason);
  const std::string age = age_text(accelerator.checked, now);
  if (accelerator.name == "tcg" && !age.empty())
    text += cat("; checked ", age);
  return text;
}

bool CheckReport::ok() const {
  return std::all_of(items.begin(), items.end(), [](const CheckItem& item) { return item.ok; });
}

std::string check_text(const CheckReport& report) {
  std::string text = cat("glovebox ", GLOVEBOX_VERSION, "\n");
  const size_t width = name_width(report);
  std::string group;
  for (const CheckItem& item : report.items) {
    if (item.group != group)
      text += cat("\n", item.group, "\n");
    group = item.group;
    text += line(item.name, width, (item.ok ? "ok       " : "MISSING  ") + item.detail);
  }
  if (!report.versions.empty())
    text += "\ninside the appliance\n";
  for (const auto& [name, version] : report.versions) text += line(name, width, version);
  if (!report.steps.empty())
    text += "\ntime of each step, in milliseconds\n";
  for (const LaunchStep& step : report.steps)
    text += line(step.name, width, milliseconds(step.took));
  const auto missing = std::count_if(report.items.begin(), report.items.end(),
                                     [](const CheckItem& item) { return !item.ok; });
  if (missing == 0)
    return text + "\nEverything is in place.\n";
  return text + cat("\n", missing, missing == 1 ? " item is" : " items are", " missing.\n");
}

std::string check_json(const CheckReport& report) {
  Json document = {{"glovebox", GLOVEBOX_VERSION}, {"ok", report.ok()},
                   {"checks", Json::array()},      {"versions", Json::object()},
                   {"steps", Json::array()},       {"accelerator", nullptr}};
  if (const auto& accelerator = report.accelerator)
    document["accelerator"] = {{"name", accelerator->name},
                               {"reason", base::escape(accelerator->reason)},
                               {"checked", base::escape(accelerator->checked)}};
  for (const CheckItem& item : report.items)
    document["checks"].push_back({{"group", item.group},
                                  {"name", item.name},
                                  {"ok", item.ok},
                                  {"detail", base::escape(item.detail)}});
  for (const auto& [name, version] : report.versions)
    document["versions"][base::escape(name)] = base::escape(version);
  for (const LaunchStep& step : report.steps)
    document["steps"].push_back({{"name", step.name}, {"microseconds", step.took.count()}});
  return document.dump(2) + "\n";
}

int check_appliance(
    const GuestOptions& guest, Probe kvm, AnswerForm form, Output& out, Messages& messages) {
  const CheckReport report = run_checks(guest, kvm, messages);
  out.append(form == AnswerForm::Json ? check_json(report) : check_text(report));
  out.commit();
  return report.ok() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace glovebox::tools
