// SPDX-License-Identifier: Apache-2.0
// PDF (ISO 32000-1; -2 for /AF and UTF-8 texts). Labels sit in the Info dictionary, in the
// catalog's XMP stream, and in embedded files (C2PA). Writing appends an incremental update.
#include "formats/pdf_internal.hpp"

namespace colophon {
namespace {

constexpr std::string_view kMediaTypes[] = {"application/pdf"};
constexpr std::string_view kExtensions[] = {"pdf"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey, CarrierKind::Xmp, CarrierKind::C2paStore};
constexpr CarrierKind kReplace[] = {CarrierKind::Tag};
constexpr std::uint64_t kHeaderWithin = 1024;
constexpr std::uint64_t kTail = 2048;

/// A text about PDF may name the header; then it has no startxref at its end.
bool sniff(Source& source) noexcept {
  const std::string_view head = as_text(view_some(source, {0, kHeaderWithin}));
  const auto at = head.find("%PDF-");
  if (at == std::string_view::npos) return false;
  if (head.find_first_not_of("\xEF\xBB\xBF \t\r\n") == at) return true;
  const std::uint64_t size = source.size();
  const std::uint64_t tail = size < kTail ? size : kTail;
  return as_text(view_some(source, {size - tail, tail})).find("startxref") !=
         std::string_view::npos;
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  Layout layout;
  auto document = wire::pdf::Document::open(source, limits);
  const Status status =
      document ? pdf::find_carriers(*document, limits, layout) : Status(Failure(document.error()));
  if (document) pdf::find_oddities(*document, layout);
  if (!status && status.error().code == ErrorCode::Io) return Failure(status.error());
  if (!status) layout.damage = status.error();
  if (!layout.damage && document->is_cut()) {
    layout.damage = Error{ErrorCode::Truncated,
                          "the end of the file with its cross-reference table is missing; get the "
                          "whole file again",
                          "pdf", source.size()};
  }
  return layout;
}

}  // namespace

extern const Format kPdf;
constinit const Format kPdf{
    .id = "pdf",
    .name = "PDF",
    .family = Family::Document,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = kReplace, .in_place = true},
    .sniff = sniff,
    .inspect = inspect,
    .extract = extract_stored,
    .edit = pdf::edit,
    .put_store = pdf::put_store,
};

}  // namespace colophon
