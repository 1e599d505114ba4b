// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/supervisor/options.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "vm/supervisor/failure.h"
#include "vm/supervisor/report.h"

namespace glovebox::vm {

const char kSupervisorUsage[] =
    "Usage: supervisor [OPTIONS] -- PROGRAM [ARGUMENTS]\n"
    "       supervisor --check\n"
    "Runs PROGRAM (qemu) sealed off from the host, and ends it when the caller dies.\n"
    "  --life-fd N            kill the program when this descriptor reaches its end\n"
    "  --report-fd N          write one JSON line per layer here; closed when the program starts\n"
    "  --inherit N,N,...      leave only these descriptors open (and 0, 1, 2)\n"
    "  --read PATH            the program may read this file or directory\n"
    "  --write PATH           ... read and write it\n"
    "  --exec PATH            ... execute it (PROGRAM itself always)\n"
    "  --device PATH          ... open this device for reading and writing\n"
    "  --uid N, --gid N       when started by root, run as this user, which nothing else should "
    "use\n"
    "  --env NAME=VALUE       put this into the program's environment, which is empty otherwise\n"
    "  --preload LIBRARY      load this library into the program\n"
    "  --readonly-path PATH   ... which opens PATH only for reading\n"
    "  --require LAYER,...    do not start unless these layers are up; 'all' for every one\n"
    "  --without LAYER,...    leave these layers out\n"
    "  --check                put up every layer, print what is missing, run nothing\n";

namespace {

std::vector<std::string> split_commas(std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    const size_t end = text.find(',');
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return parts;
    text.remove_prefix(end + 1);
  }
}

int number(const std::string& option, std::string_view text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0)
    throw Failure{option + ": not a number: " + std::string(text)};
  return value;
}

std::vector<std::string> layers(const std::string& option, std::string_view text) {
  if (text == "all")
    return {std::begin(kLayers), std::end(kLayers)};
  std::vector<std::string> names = split_commas(text);
  for (const std::string& name : names)
    if (std::find(std::begin(kLayers), std::end(kLayers), name) == std::end(kLayers))
      throw Failure{option + ": no such layer: " + name};
  return names;
}

std::string absolute(const std::string& option, const std::string& path) {
  if (path.empty() || path[0] != '/')
    throw Failure{option + ": not an absolute path: " + path};
  return path;
}

using Setter =
    std::function<void(SupervisorOptions&, const std::string& option, const std::string&)>;
struct Row {
  std::string_view name;
  Setter set;
};

Setter path_into(std::vector<std::string> SupervisorOptions::*member) {
  return [member](auto& o, auto& option, auto& value) {
    (o.*member).push_back(absolute(option, value));
  };
}

Setter number_into(int SupervisorOptions::*member) {
  return [member](auto& o, auto& option, auto& value) { o.*member = number(option, value); };
}

std::vector<Row> option_table() {
  using O = SupervisorOptions;
  return {
      {"--life-fd", number_into(&O::life_fd)},
      {"--report-fd", number_into(&O::report_fd)},
      {"--uid", number_into(&O::uid)},
      {"--gid", number_into(&O::gid)},
      {"--read", path_into(&O::read)},
      {"--write", path_into(&O::write)},
      {"--exec", path_into(&O::exec)},
      {"--device", path_into(&O::device)},
      {"--inherit",
       [](O& o, auto& option, auto& value) {
         o.inherit_all = false;
         for (const std::string& part : split_commas(value))
           o.inherit.push_back(number(option, part));
       }},
      {"--env", [](O& o, auto&, auto& value) { o.environment.push_back(value); }},
      {"--preload",
       [](O& o, auto& option, auto& value) {
         o.read.push_back(absolute(option, value));
         o.environment.push_back("LD_PRELOAD=" + value);
       }},
      {"--readonly-path",
       [](O& o, auto& option, auto& value) {
         o.read.push_back(absolute(option, value));
         o.environment.push_back("GLOVEBOX_READONLY_PATH=" + value);
       }},
      {"--require", [](O& o, auto& option, auto& value) { o.required = layers(option, value); }},
      {"--without", [](O& o, auto& option, auto& value) { o.without = layers(option, value); }},
  };
}

}  // namespace

bool SupervisorOptions::wants(std::string_view layer) const {
  return std::find(without.begin(), without.end(), layer) == without.end();
}

SupervisorOptions parse_supervisor_options(int argc, char** argv) {
  SupervisorOptions options;
  const std::vector<Row> table = option_table();
  int i = 1;
  for (; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string name = argv[i];
    if (name == "--check" || name == "--help") {
      (name == "--check" ? options.check : options.help) = true;
      continue;
    }
    const auto row =
        std::find_if(table.begin(), table.end(), [&](const Row& r) { return r.name == name; });
    if (row == table.end())
      throw Failure{"unknown option: " + name};
    if (i + 1 == argc)
      throw Failure{name + ": needs a value"};
    row->set(options, name, argv[++i]);
  }
  for (++i; i < argc; ++i) options.program.emplace_back(argv[i]);
  if (options.program.empty() && !options.check && !options.help)
    throw Failure{"no program to run: supervisor [OPTIONS] -- PROGRAM [ARGUMENTS]"};
  return options;
}

}  // namespace glovebox::vm
