// SPDX-License-Identifier: LGPL-2.1-or-later
#include "inspect/format/xpath.h"

#include <libxml/parser.h>
#include <libxml/xmlsave.h>
#include <libxml/xpath.h>

#include <istream>
#include <memory>
#include <ostream>
#include <vector>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::inspect {
namespace {

template <typename T, void (*kFree)(T*)>
struct Free {
  void operator()(T* pointer) const { kFree(pointer); }
};
template <typename T, void (*kFree)(T*)>
using Owned = std::unique_ptr<T, Free<T, kFree>>;

constexpr size_t kMaxDocumentBytes = 256 << 20;

// A stream may have no end.
std::string read_bounded(std::istream& in) {
  std::string text;
  std::vector<char> piece(1 << 16);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    text.append(piece.data(), static_cast<size_t>(in.gcount()));
    if (text.size() > kMaxDocumentBytes)
      throw Error(Errc::Corrupt, base::cat("stdin: more than ", kMaxDocumentBytes >> 20,
                                           " MiB, which is no report of an inspection"));
  }
  return text;
}

Owned<xmlDoc, xmlFreeDoc> parse(std::istream& in) {
  const std::string text = read_bounded(in);
  // No entity is fetched from anywhere.
  Owned<xmlDoc, xmlFreeDoc> document(
      xmlReadMemory(text.data(), static_cast<int>(text.size()), nullptr, "utf8", XML_PARSE_NONET));
  if (!document)
    throw Error(Errc::Corrupt, "unable to parse XML from stdin");
  return document;
}

void write_node(xmlNode* node, std::ostream& out) {
  const Owned<xmlDoc, xmlFreeDoc> single(xmlNewDoc(reinterpret_cast<const xmlChar*>("1.0")));
  const Owned<xmlBuffer, xmlBufferFree> buffer(xmlBufferCreate());
  xmlNode* const copy = single ? xmlDocCopyNode(node, single.get(), 1) : nullptr;
  if (!buffer || !copy)
    throw std::bad_alloc();
  xmlDocSetRootElement(single.get(), copy);
  xmlSaveCtxt* const save =
      xmlSaveToBuffer(buffer.get(), nullptr, XML_SAVE_FORMAT | XML_SAVE_NO_DECL);
  if (!save || xmlSaveDoc(save, single.get()) < 0 || xmlSaveClose(save) < 0)
    throw std::bad_alloc();
  out.write(reinterpret_cast<const char*>(xmlBufferContent(buffer.get())),
            xmlBufferLength(buffer.get()));
}

void write_text(const std::string& text, std::ostream& out) {
  out << text;
  if (!text.empty() && text.back() != '\n')
    out << '\n';
}

void free_string(xmlChar* text) {
  xmlFree(text);
}

}  // namespace

void run_xpath(const std::string& query, std::istream& in, std::ostream& out) {
  const auto document = parse(in);
  const Owned<xmlXPathContext, xmlXPathFreeContext> context(xmlXPathNewContext(document.get()));
  if (!context)
    throw Error(Errc::System, "unable to create new XPath context");
  const Owned<xmlXPathObject, xmlXPathFreeObject> result(
      xmlXPathEvalExpression(reinterpret_cast<const xmlChar*>(query.c_str()), context.get()));
  if (!result)
    throw Error(Errc::Usage, "unable to evaluate XPath expression");
  if (result->type == XPATH_NODESET) {
    for (int i = 0; result->nodesetval && i < result->nodesetval->nodeNr; ++i)
      write_node(result->nodesetval->nodeTab[i], out);
    return;
  }
  const Owned<xmlChar, free_string> text(xmlXPathCastToString(result.get()));
  write_text(text ? reinterpret_cast<const char*>(text.get()) : "", out);
}

}  // namespace glovebox::inspect
