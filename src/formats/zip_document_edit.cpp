// SPDX-License-Identifier: Apache-2.0
// Writing into documents that are ZIP archives; see zip_document.hpp.
#include "formats/zip_document.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::zip_document {

using wire::TextEdit;
using wire::XmlDocument;
using wire::XmlNode;

std::string name_of(std::string_view prefix, std::string_view local) {
  return prefix.empty() ? std::string(local) : fmt::format("{}:{}", prefix, local);
}

Spot inside(const XmlDocument& xml, const XmlNode& element, const Part& part) {
  Spot spot;
  spot.part = &part;
  spot.range = element.content;
  if (element.empty_tag) {
    const std::string_view tag = xml.source(element.whole);
    spot.range = element.whole;
    spot.before = fmt::format("{}>", tag.substr(0, tag.size() - 2));
    spot.after = fmt::format("</{}>", name_of(element.prefix, element.local));
  }
  return spot;
}

Spot inside(const wire::XmlAttribute& attribute, const Part& part) {
  Spot spot;
  spot.part = &part;
  spot.range = attribute.value;
  spot.attribute = true;
  return spot;
}

std::vector<const XmlNode*> children(const XmlDocument& xml, const XmlNode& parent,
                                     std::string_view local) {
  std::vector<const XmlNode*> found = xml.elements(parent);
  std::erase_if(found, [&](const XmlNode* node) { return node->local != local; });
  return found;
}

std::string attribute(const XmlDocument& xml, const XmlNode& element, std::string_view local) {
  for (const wire::XmlAttribute& one : xml.attributes(element)) {
    if (one.local == local && one.prefix != "xmlns") return xml.value_of(one);
  }
  return {};
}

TextEdit append_child(const XmlDocument& xml, const XmlNode& parent, std::string_view child) {
  if (parent.empty_tag) {
    return {{parent.whole.end() - 2, 2},
            fmt::format(">{}</{}>", child, name_of(parent.prefix, parent.local))};
  }
  std::string_view indent;
  std::uint64_t at = parent.content.offset;
  const auto nodes = xml.children(parent);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i]->kind != wire::XmlKind::Element) continue;
    at = nodes[i]->whole.end();
    indent = {};
    if (i > 0 && nodes[i - 1]->kind == wire::XmlKind::Text) {
      const std::string_view text = xml.source(nodes[i - 1]->whole);
      if (trim(text).empty()) indent = text;
    }
  }
  return {{at, 0}, fmt::format("{}{}", indent, child)};
}

void Changes::change(const Part& part, TextEdit edit) {
  const auto known = std::find_if(edits_.begin(), edits_.end(),
                                  [&](const auto& one) { return one.first == &part; });
  auto& edits = known != edits_.end() ? known->second : edits_.emplace_back(&part, 0).second;
  edits.push_back(std::move(edit));
}

void Changes::create(std::string member, std::string_view xml) {
  fresh_.push_back({std::move(member), to_buffer(xml)});
}

Result<std::vector<wire::ZipChange>> Changes::finish() && {
  std::vector<wire::ZipChange> changes;
  for (const auto& [part, edits] : edits_) {
    if (!part->is_utf8) {
      return fail(ErrorCode::Unsupported,
                  fmt::format("the part \"{}\" is not stored as UTF-8, and only UTF-8 is written; "
                              "save the document anew with an office program",
                              to_valid_utf8(part->member->name)),
                  part->member->name, part->member->header);
    }
    const std::string text = TRY(wire::apply_edits(part->text, edits));
    changes.push_back({part->member->name, to_buffer(text)});
  }
  for (wire::ZipChange& fresh : fresh_) changes.push_back(std::move(fresh));
  return changes;
}

namespace {

/// A second insert of the same kind would be a second label.
struct Job {
  Document& document;
  const Grammar& grammar;
  Changes changes;
  bool inserted = false;
};

Status set_value(Job& job, const Layout& layout, const Edit& edit, const Carrier* target) {
  const std::string_view value = as_text(edit.value);
  if (!wire::is_xml_text(value)) {
    return fail(ErrorCode::Unsupported, "the value has characters that XML cannot hold");
  }
  if (target == nullptr) {
    if (std::exchange(job.inserted, true)) {
      return fail(ErrorCode::Usage, "one job cannot add two labels to a document");
    }
    return job.grammar.insert(job.document, value, job.changes);
  }
  const auto index = static_cast<std::size_t>(target - layout.carriers.data());
  const auto& spots = job.document.spots();
  if (index >= spots.size() || spots[index].carrier.path != target->path ||
      spots[index].part == nullptr) {
    return fail(ErrorCode::Mismatch, "the document is not the one that was inspected",
                target->path);
  }
  const Spot& spot = spots[index];
  const std::string text =
      spot.attribute ? wire::escape_xml_attribute(value) : wire::escape_xml_text(value);
  job.changes.change(*spot.part, {spot.range, spot.before + text + spot.after});
  return {};
}

Status collect(Source& source, Job& job, const Layout& layout, std::span<const Edit> edits,
               const Limits& limits, bool& any) {
  for (const Edit& edit : edits) {
    const Carrier* target = target_of(layout, edit);
    if (target != nullptr && TRY(extract_stored(source, *target, limits)) == edit.value) continue;
    any = true;
    TRY(set_value(job, layout, edit, target));
  }
  return {};
}

Status read_document(Document& document, const Grammar& grammar) {
  TRY(document.open());
  grammar.scan(document);
  document.add_c2pa_store();
  document.sort_spots();
  return {};
}

Result<Splice> write(Source& source, const Document& document, std::string_view id,
                     std::span<const wire::ZipChange> changes) {
  if (document.is_signed()) {
    return fail(ErrorCode::Refused,
                "the document carries a digital signature that a change would break; label it "
                "before it is signed",
                std::string(id));
  }
  std::vector<Replacement> replacements;
  for (wire::ZipPatch& patch : TRY(wire::edit_zip(source, document.zip(), changes))) {
    replacements.push_back({patch.range, std::move(patch.bytes)});
  }
  return replace_ranges(source.size(), std::move(replacements));
}

}  // namespace

Result<Splice> edit(Source& source, std::string_view id, const Grammar& grammar,
                    const Layout& layout, std::span<const Edit> edits, const Limits& limits) {
  Document document(source, id, limits);
  TRY(read_document(document, grammar));
  Job job{document, grammar, {}, false};
  bool any = false;
  TRY(collect(source, job, layout, edits, limits, any));
  if (!any) return identity(source.size());
  return write(source, document, id, TRY(std::move(job.changes).finish()));
}

Result<Splice> put_store(Source& source, std::string_view id, const Grammar& grammar, Bytes store,
                         const Limits& limits) {
  Document document(source, id, limits);
  TRY(read_document(document, grammar));
  Changes others;
  TRY(grammar.admit_store(document, others));
  std::vector<wire::ZipChange> changes = TRY(std::move(others).finish());
  changes.push_back({std::string(kC2paMember), to_buffer(store), true});
  return write(source, document, id, changes);
}

}  // namespace colophon::zip_document
