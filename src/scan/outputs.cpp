// SPDX-License-Identifier: Apache-2.0
#include "scan/outputs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "wire/json_text.hpp"

namespace colophon::scan {

bool has_label(Origin origin) noexcept {
  return origin != Origin::None && origin != Origin::NotGenerated;
}

std::string result_line(const Tag& tag, const Document& document, const std::string& file) {
  std::string line = R"({"id":)";
  line += wire::quote_json(to_valid_utf8(tag.id));
  line += R"(,"origin":")";
  line += to_string(tag.origin);
  line += R"(","assurance":")";
  line += to_string(tag.assurance);
  line += R"(","evidence":)";
  line += tag.evidence;
  line += R"(,"file":)";
  line += wire::quote_json(to_valid_utf8(file));
  if (document.kind != DocumentKind::File) {
    line += R"(,"record":)" + std::to_string(document.number);
  }
  if (document.line != 0 && document.line != document.number) {
    line += R"(,"line":)" + std::to_string(document.line);
  }
  if (!document.address.empty()) {
    line += R"(,"address":)" + wire::quote_json(to_valid_utf8(document.address));
  }
  if (tag.unread) line += R"(,"unread":"unknown-container")";
  if (tag.partly) line += R"(,"searched_in_part":true)";
  if (tag.hidden > 0) line += fmt::format(R"(,"hidden_characters":{})", tag.hidden);
  if (tag.bad_utf8 > 0) line += fmt::format(R"(,"bad_utf8":{})", tag.bad_utf8);
  if (tag.nuls > 0) line += fmt::format(R"(,"nuls":{})", tag.nuls);
  if (tag.error) {
    line += fmt::format(R"(,"error":{{"code":"{}","message":{})", to_string(tag.error->code),
                        wire::quote_json(to_valid_utf8(tag.error->message)));
    if (tag.error->offset) line += fmt::format(R"(,"offset":{})", *tag.error->offset);
    line += '}';
  }
  return line + "}\n";
}

std::string attribute_line(const Tag& tag) {
  std::string line =
      fmt::format(R"({{"id":{},"attributes":{{)", wire::quote_json(to_valid_utf8(tag.id)));
  if (has_label(tag.origin)) {
    line += fmt::format(R"("colophon__document__{}":[[0,{},1.0]])", to_string(tag.origin),
                        tag.characters);
  }
  for (const Origin origin :
       {Origin::Generated, Origin::Edited, Origin::Possible, Origin::Suspected}) {
    std::string spans;
    for (const Span& span : tag.spans) {
      if (span.origin != origin) continue;
      spans += fmt::format("{}[{},{},1.0]", spans.empty() ? "" : ",", span.begin, span.end);
    }
    if (spans.empty()) continue;
    line += fmt::format(R"({}"colophon__visible__{}":[{}])", line.ends_with('{') ? "" : ",",
                        to_string(origin), spans);
  }
  return line + "}}\n";
}

Result<SideFile> SideFile::create(const std::string& folder, const std::string& below,
                                  Packing packing) {
  SideFile side;
  const std::string path = folder + "/" + below;
  TRY(make_folders_for(path));
  side.file_ = TRY(AtomicFile::create(path, nullptr));
  side.packer_ = TRY(open_packer(packing, *side.file_));
  return side;
}

Status SideFile::commit() {
  TRY(packer_->finish());
  return file_->commit(false);
}

bool passes(const Filter& filter, Origin origin, Counts& counts) {
  const auto names = [origin](const std::vector<Origin>& list) {
    return std::ranges::find(list, origin) != list.end();
  };
  bool keep = (filter.keep.empty() || names(filter.keep)) && !names(filter.drop);
  if (keep && filter.cap_share && has_label(origin)) {
    const auto labelled = static_cast<double>(counts.kept_labelled + 1);
    keep = labelled <= *filter.cap_share * static_cast<double>(counts.kept + 1);
  }
  ++(keep ? counts.kept : counts.dropped);
  if (keep && has_label(origin)) ++counts.kept_labelled;
  return keep;
}

}  // namespace colophon::scan
