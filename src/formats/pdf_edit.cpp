// SPDX-License-Identifier: Apache-2.0
// Writes labels into a PDF by an incremental update behind the last byte: earlier revisions, and
// the bytes that digital signatures cover, stay as they are. A changed label is appended again; of
// an append that is cut, find_chain of pdf_document.cpp reads the revision before.
#include "base/text.hpp"
#include "formats/pdf_internal.hpp"
#include "wire/pdf_text.hpp"

#include <fmt/core.h>

namespace colophon::pdf {
namespace {

using wire::pdf::Change;
using wire::pdf::Document;
using wire::pdf::Kind;
using wire::pdf::Object;
using wire::pdf::Reference;
using wire::pdf::Stored;

/// A certification (12.8.4, DocMDP) allows filling in forms at most, never a label.
Status check_not_certified(Document& document) {
  const Stored catalog = TRY(document.load(document.root().number));
  const Stored permissions = TRY(document.entry_of(catalog, "Perms"));
  if (permissions.value.find("DocMDP") == nullptr) return {};
  return fail(ErrorCode::Refused,
              "the document is certified, and its certification allows no such change; label it "
              "before it is certified, or use --sidecar",
              "pdf");
}

/// Collects the changes of all edits, so that an object gets one new revision.
class Editor {
 public:
  explicit Editor(Document& document) : document_(document), update_(document) {}

  /// Sets an entry of the Info dictionary or of the catalog to a text.
  Status set_text(std::string_view path, std::string_view key, const ByteBuffer& value) {
    if (!is_utf8(as_text(value))) {
      return fail(ErrorCode::Malformed, "a PDF text must be UTF-8", std::string(path));
    }
    auto& changes = path.starts_with(kCatalogPlace) ? catalog_ : info_;
    changes.push_back({std::string(key), wire::pdf::text_literal(as_text(value))});
    return {};
  }

  /// The label itself: a new one goes into the Info dictionary, and one that stood in the catalog
  /// moves there, where other readers look for it.
  Status set_label(const Carrier* old, const ByteBuffer& value) {
    if (old != nullptr && old->path.starts_with(kCatalogPlace)) {
      catalog_.push_back({std::string(kAigcKey), std::nullopt});
    }
    return set_text(kInfoPlace, kAigcKey, value);
  }

  Status set_xmp(const ByteBuffer& value) {
    const Stored catalog = TRY(document_.load(document_.root().number));
    const Stored old = TRY(document_.entry_of(catalog, "Metadata"));
    if (old.data_at) {
      update_.put(old.id, wire::pdf::plain_stream(value, &old, {}));
      return {};
    }
    const Reference id = new_id();
    update_.put(id, wire::pdf::plain_stream(value, nullptr, "/Type/Metadata/Subtype/XML"));
    catalog_.push_back({"Metadata", fmt::format("{} 0 R", id.number)});
    return {};
  }

  Result<Splice> finish(Source& source) {
    TRY(finish_info());
    if (!catalog_.empty()) {
      const Stored catalog = TRY(document_.load(document_.root().number));
      update_.put(catalog.id, with_changes(catalog.text, catalog.value, catalog_));
    }
    return append_update(source, document_, update_);
  }

 private:
  Reference new_id() { return {static_cast<std::uint32_t>(update_.new_number()), 0}; }

  /// A new revision of the Info dictionary; one that is missing, or that stands in the trailer
  /// itself, becomes an object.
  Status finish_info() {
    if (info_.empty()) return {};
    Stored info = TRY(document_.entry_of(document_.trailer(), "Info"));
    const bool exists = info.value.is(Kind::Dictionary);
    if (!exists || info.id.number == 0) {
      info.id = new_id();
      update_.change_trailer({"Info", fmt::format("{} 0 R", info.id.number)});
    }
    update_.put(info.id, exists ? with_changes(info.text, info.value, info_) : dictionary(info_));
    return {};
  }

  static std::string dictionary(std::span<const Change> changes) {
    const ByteBuffer empty = to_buffer("<<>>");
    Object object;
    object.span = {0, empty.size()};
    return with_changes(empty, object, changes);
  }

  Document& document_;
  wire::pdf::Update update_;
  std::vector<Change> info_;
  std::vector<Change> catalog_;
};

Status apply_edit(Editor& editor, const Edit& edit, const Carrier* target) {
  if (edit.kind == CarrierKind::Xmp) return editor.set_xmp(edit.value);
  if (!edit.replaces) return editor.set_label(target, edit.value);
  return editor.set_text(target->path, target->key, edit.value);
}

}  // namespace

Status check_writable(const Document& document) {
  if (document.is_encrypted()) {
    return fail(ErrorCode::Unsupported,
                "the PDF is encrypted, so no label can be written into it; decrypt it first",
                "pdf");
  }
  if (document.is_repaired()) {
    return fail(ErrorCode::Refused,
                "the PDF's cross-reference table is broken, so nothing is appended to it; repair "
                "it first, for example with \"qpdf broken.pdf repaired.pdf\"",
                "pdf");
  }
  return {};
}

Result<Splice> append_update(Source& source, Document& document, wire::pdf::Update& update) {
  TRY(check_not_certified(document));
  TRY(check_writable(document));  // again: a wrong entry shows only when it is followed
  const std::uint64_t size = source.size();
  const Bytes last = TRY(source.view({size - 1, 1}));
  const bool ends_with_line_end = last[0] == '\n' || last[0] == '\r';
  ByteBuffer bytes = TRY(update.finish(size, ends_with_line_end));
  return replace_ranges(size, {{{size, 0}, std::move(bytes)}});
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  Document document = TRY(Document::open(source, limits));
  TRY(check_writable(document));
  Editor editor(document);
  bool changes = false;
  for (const Edit& edit : edits) {
    const Carrier* target = target_of(layout, edit);
    if (target != nullptr && TRY(extract_stored(source, *target, limits)) == edit.value) {
      continue;
    }
    TRY(apply_edit(editor, edit, target));
    changes = true;
  }
  return changes ? editor.finish(source) : Result<Splice>(identity(source.size()));
}

}  // namespace colophon::pdf
