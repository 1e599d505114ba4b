// SPDX-License-Identifier: LGPL-2.1-or-later
#include "libvirt/domain_xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <memory>

#include "base/c_pointer.h"
#include "base/cat.h"
#include "base/error.h"
#include "base/number_text.h"

namespace glovebox::libvirt {
namespace {

using base::cat;

// libvirt sends 4 MiB at most (VIR_NET_MESSAGE_STRING_MAX), and libxml2 takes less than 10.
constexpr size_t kMaxXmlBytes = 8 << 20;

struct FreeText {
  void operator()(xmlChar* text) const { xmlFree(text); }
};

std::string_view name_of(const xmlNode* node) {
  return reinterpret_cast<const char*>(node->name);
}

// The next element of this name, from `node` on among its siblings; NULL if there is none.
const xmlNode* find(const xmlNode* node, std::string_view name) {
  while (node && (node->type != XML_ELEMENT_NODE || name_of(node) != name)) node = node->next;
  return node;
}

const xmlNode* child(const xmlNode* node, std::string_view name) {
  return node ? find(node->children, name) : nullptr;
}

// Absent if there is no such element or attribute.
std::optional<std::string> attribute(const xmlNode* node, const char* name) {
  if (!node)
    return {};
  const std::unique_ptr<xmlChar, FreeText> text(
      xmlGetProp(node, reinterpret_cast<const xmlChar*>(name)));
  return text ? std::optional(std::string(reinterpret_cast<const char*>(text.get())))
              : std::nullopt;
}

std::string text_of(const xmlNode* node, const char* name) {
  return attribute(node, name).value_or("");
}

// A number that makes no sense is one that was not said.
std::optional<int> number(const std::string& text) {
  const auto value = base::parse_number<int>(text);
  return value && *value > 0 ? value : std::nullopt;
}

// "nbd disk", "disk of type nvme".
std::string words_for(const std::string& type, const xmlNode* source) {
  const std::string protocol = text_of(source, "protocol");
  if (type == "network" && !protocol.empty())
    return cat("disk over ", protocol, " (", text_of(source, "name"), ")");
  return cat("disk of type ", type);
}

// Of a <disk> or a <backingStore>; absent if there is no medium.
std::optional<DomainSource> parse_source(const xmlNode* node) {
  using Kind = DomainSource::Kind;
  const std::string type = text_of(node, "type");
  const xmlNode* const source = child(node, "source");
  DomainSource found;
  if (child(source, "slices")) {
    found.other = "part of a file (<slices>)";
    return found;
  }
  if (type == "file" || type == "block") {
    found.kind = type == "file" ? Kind::File : Kind::Block;
    found.path = text_of(source, type == "file" ? "file" : "dev");
    return found.path.empty() ? std::nullopt : std::optional(found);
  }
  if (type == "volume") {
    found.kind = Kind::Volume;
    found.pool = text_of(source, "pool");
    found.volume = text_of(source, "volume");
    return found.pool.empty() || found.volume.empty() ? std::nullopt : std::optional(found);
  }
  found.other = words_for(type, source);
  return source ? std::optional(found) : std::nullopt;
}

// They are nested; one without a source is the end of the chain.
void parse_backing_stores(const xmlNode* node, DomainDisk& disk) {
  while ((node = child(node, "backingStore"))) {
    auto source = parse_source(node);
    disk.backing_is_all = !source;
    if (!source)
      return;
    if (disk.backing.size() == kMaxBackingStores)
      throw Error(Errc::Corrupt, cat("disk ", base::escape(disk.target), ": more than ",
                                     kMaxBackingStores, " images are below it"));
    disk.backing.push_back(
        {.source = *std::move(source), .format = attribute(child(node, "format"), "type")});
  }
}

std::optional<DomainDisk> parse_disk(const xmlNode* node) {
  auto source = parse_source(node);
  if (!source)
    return {};
  DomainDisk disk{.source = *std::move(source),
                  .target = text_of(child(node, "target"), "dev"),
                  .readonly = child(node, "readonly") != nullptr,
                  .format = attribute(child(node, "driver"), "type"),
                  .blocksize = number(text_of(child(node, "blockio"), "logical_block_size"))};
  parse_backing_stores(node, disk);
  return disk;
}

}  // namespace

std::vector<DomainDisk> parse_domain_disks(std::string_view xml) {
  if (xml.size() > kMaxXmlBytes)
    throw Error(Errc::Corrupt, cat("its XML is larger than ", kMaxXmlBytes >> 20, " MiB"));
  // libxml2's own limits on depth, names and entities hold; nothing is fetched from anywhere.
  const base::CPointer<xmlDoc, xmlFreeDoc> document(
      xmlReadMemory(xml.data(), static_cast<int>(xml.size()), nullptr, nullptr,
                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  const xmlNode* const root = document ? xmlDocGetRootElement(document.get()) : nullptr;
  if (!root || name_of(root) != "domain")
    throw Error(Errc::Corrupt, "libvirt's answer is not the XML of a domain");
  std::vector<DomainDisk> disks;
  const xmlNode* node = child(child(root, "devices"), "disk");
  for (; node; node = find(node->next, "disk"))
    if (auto disk = parse_disk(node))
      disks.push_back(*std::move(disk));
  return disks;
}

}  // namespace glovebox::libvirt
