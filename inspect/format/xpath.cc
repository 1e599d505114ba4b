// SPDX-License-Identifier: LGPL-2.1-or-later
#include "inspect/format/xpath.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlsave.h>
#include <libxml/xpath.h>

#include <istream>
#include <ostream>
#include <vector>

#include "base/c_pointer.h"
#include "base/cat.h"
#include "base/error.h"

namespace glovebox::inspect {
namespace {

using base::CPointer;

// A stream may have no end.
std::string read_bounded(std::istream& in, size_t most_bytes) {
  std::string text;
  std::vector<char> piece(1 << 16);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    text.append(piece.data(), static_cast<size_t>(in.gcount()));
    if (text.size() > most_bytes)
      throw Error(Errc::Corrupt, base::cat("stdin: more than ", most_bytes >> 20,
                                           " MiB, which is too large for an inspection report"));
  }
  return text;
}

void say_nothing(void*, const char*, ...) {}

// While one lives, libxml prints nothing on stderr in this thread.
class QuietLibxml {
 public:
  QuietLibxml() : function_(xmlGenericError), context_(xmlGenericErrorContext) {
    xmlSetGenericErrorFunc(nullptr, say_nothing);
  }
  ~QuietLibxml() { xmlSetGenericErrorFunc(context_, function_); }
  QuietLibxml(const QuietLibxml&) = delete;
  QuietLibxml& operator=(const QuietLibxml&) = delete;

 private:
  xmlGenericErrorFunc function_;
  void* context_;
};

// ": Invalid expression", of an error with a text that ends with a newline.
std::string words_of(const xmlError* error) {
  if (!error || !error->message)
    return {};
  return base::cat(": ", base::trim(base::split(error->message, '\n').front()));
}

CPointer<xmlDoc, xmlFreeDoc> parse(std::istream& in, size_t most_bytes) {
  const std::string text = read_bounded(in, most_bytes);
  const CPointer<xmlParserCtxt, xmlFreeParserCtxt> parser(xmlNewParserCtxt());
  if (!parser)
    throw std::bad_alloc();
  // No entity is fetched from anywhere.
  CPointer<xmlDoc, xmlFreeDoc> document(
      xmlCtxtReadMemory(parser.get(), text.data(), static_cast<int>(text.size()), nullptr, "utf8",
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  if (!document) {
    const xmlError* const error = xmlCtxtGetLastError(parser.get());
    const std::string line = error && error->line > 0 ? base::cat(": line ", error->line) : "";
    throw Error(Errc::Corrupt, base::cat("unable to parse XML from stdin", line, words_of(error)));
  }
  return document;
}

void write_node(xmlNode* node, std::ostream& out) {
  const CPointer<xmlDoc, xmlFreeDoc> single(xmlNewDoc(reinterpret_cast<const xmlChar*>("1.0")));
  const CPointer<xmlBuffer, xmlBufferFree> buffer(xmlBufferCreate());
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

void run_xpath(const std::string& query, std::istream& in, std::ostream& out, size_t most_bytes) {
  const QuietLibxml quiet;
  const auto document = parse(in, most_bytes);
  const CPointer<xmlXPathContext, xmlXPathFreeContext> context(xmlXPathNewContext(document.get()));
  if (!context)
    throw Error(Errc::System, "unable to create new XPath context");
  const CPointer<xmlXPathObject, xmlXPathFreeObject> result(
      xmlXPathEvalExpression(reinterpret_cast<const xmlChar*>(query.c_str()), context.get()));
  if (!result)
    throw Error(Errc::Usage,
                base::cat("unable to evaluate XPath expression", words_of(xmlGetLastError())));
  if (result->type == XPATH_NODESET) {
    for (int i = 0; result->nodesetval && i < result->nodesetval->nodeNr; ++i)
      write_node(result->nodesetval->nodeTab[i], out);
    return;
  }
  const CPointer<xmlChar, free_string> text(xmlXPathCastToString(result.get()));
  write_text(text ? reinterpret_cast<const char*>(text.get()) : "", out);
}

}  // namespace glovebox::inspect
