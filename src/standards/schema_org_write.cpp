// SPDX-License-Identifier: Apache-2.0
// Writing digitalSourceType into JSON-LD: into the node that stands for the page, else a new node;
// every other byte stays.
#include "base/text.hpp"
#include "standards/schema_org.hpp"
#include "wire/xml.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::schema_org {
namespace {

using wire::JsonType;
using wire::JsonValue;
using wire::TextEdit;

/// Types of nodes that stand for the page's own content. Not WebSite (it is more than the page) and
/// not media (they are parts of it).
constexpr std::string_view kPageTypes[] = {"CreativeWork",
                                           "WebPage",
                                           "AboutPage",
                                           "CheckoutPage",
                                           "CollectionPage",
                                           "ContactPage",
                                           "FAQPage",
                                           "ItemPage",
                                           "MedicalWebPage",
                                           "ProfilePage",
                                           "QAPage",
                                           "RealEstateListing",
                                           "SearchResultsPage",
                                           "Article",
                                           "AdvertiserContentArticle",
                                           "NewsArticle",
                                           "Report",
                                           "SatiricalArticle",
                                           "ScholarlyArticle",
                                           "SocialMediaPosting",
                                           "BlogPosting",
                                           "LiveBlogPosting",
                                           "DiscussionForumPosting",
                                           "TechArticle",
                                           "APIReference",
                                           "AnalysisNewsArticle",
                                           "OpinionNewsArticle",
                                           "ReportageNewsArticle",
                                           "ReviewNewsArticle",
                                           "BackgroundNewsArticle",
                                           "AskPublicNewsArticle",
                                           "Recipe",
                                           "HowTo",
                                           "Book",
                                           "Chapter",
                                           "DigitalDocument",
                                           "TextDigitalDocument",
                                           "PresentationDigitalDocument"};

bool is_page_type(std::string_view type) noexcept {
  return std::any_of(std::begin(kPageTypes), std::end(kPageTypes),
                     [&](std::string_view known) { return is_property(type, known); });
}

bool is_page(const JsonValue& node) noexcept {
  if (node.type != JsonType::Object) return false;
  const JsonValue* type = node.find("@type");
  if (type == nullptr) return false;
  if (type->type == JsonType::String) return is_page_type(type->text);
  return std::any_of(type->items.begin(), type->items.end(),
                     [](const JsonValue& item) { return is_page_type(item.text); });
}

std::vector<const JsonValue*> statements_of(const JsonValue& node) {
  std::vector<const JsonValue*> found;
  for (const auto& member : node.members) {
    if (is_property(member.key, kSourceType)) found.push_back(&member.value);
  }
  return found;
}

bool says(const JsonValue& statement, const SourceType& wanted) {
  const auto type = source_type(text_of(statement));
  return type && type->origin == wanted.origin && type->retired.empty();
}

/// Under a plain schema.org context the bare name means the property; else only its IRI surely
/// does.
bool speaks_schema_org(const JsonValue* context) noexcept {
  if (context == nullptr) return false;
  const auto is_plain = [](const JsonValue& value) {
    std::string_view text = value.text;
    if (text.ends_with('/')) text.remove_suffix(1);
    return value.type == JsonType::String &&
           (text == "https://schema.org" || text == "http://schema.org");
  };
  return is_plain(*context) || std::any_of(context->items.begin(), context->items.end(), is_plain);
}

std::string member_text(bool plain, std::string_view gap, std::string_view uri) {
  return fmt::format("\"{}{}\":{}{}", plain ? "" : "http://schema.org/", kSourceType, gap,
                     wire::quote_json(uri));
}

/// Adds the member behind the last one, on a line of its own where the first has one.
TextEdit insert_member(std::string_view text, const JsonValue& node, bool plain,
                       std::string_view uri) {
  if (node.members.empty()) return {{node.begin + 1, 0}, member_text(plain, "", uri)};
  const std::size_t first = text.find('"', node.begin);
  const std::string_view line = text.substr(node.begin + 1, first - node.begin - 1);
  const bool spaced = text[node.members.front().value.begin - 1] == ' ';
  return {{node.members.back().value.end, 0},
          fmt::format(",{}{}", line, member_text(plain, spaced ? " " : "", uri))};
}

/// The list of nodes that a document consists of: an array, or an object's @graph.
const JsonValue* node_list(const JsonValue& document) noexcept {
  if (document.type == JsonType::Array) return &document;
  const JsonValue* graph = document.find("@graph");
  return graph != nullptr && graph->type == JsonType::Array ? graph : nullptr;
}

/// The node to hold the statement: one that has it already before one that has not.
const JsonValue* choose(const JsonValue& document, const JsonValue* list) {
  const JsonValue* chosen = nullptr;
  const auto consider = [&](const JsonValue& node) {
    if (!is_page(node)) return;
    if (chosen == nullptr || (statements_of(*chosen).empty() && !statements_of(node).empty())) {
      chosen = &node;
    }
  };
  if (list == nullptr) consider(document);
  if (list != nullptr) std::for_each(list->items.begin(), list->items.end(), consider);
  return chosen;
}

TextEdit append_node(const JsonValue& list, const std::string& node) {
  if (list.items.empty()) return {{list.begin + 1, 0}, node};
  return {{list.items.back().end, 0}, fmt::format(",{}", node)};
}

std::string new_node(std::string_view uri) {
  return fmt::format("{{\"@context\":\"https://schema.org\",\"@type\":\"CreativeWork\",{}}}",
                     member_text(true, "", uri));
}

Result<ByteBuffer> merged(std::string_view text, const SourceType& wanted) {
  const std::string uri = uri_of(wanted);
  auto document = wire::parse_json(text, Limits{});
  if (!document) {
    Error error = document.error();
    error.message = "the JSON-LD is left alone: " + error.message;
    return Failure(std::move(error));
  }
  const JsonValue* list = node_list(*document);
  std::vector<TextEdit> edits;
  if (const JsonValue* node = choose(*document, list); node != nullptr) {
    const auto old = statements_of(*node);
    const JsonValue* own = node->find("@context");
    if (old.empty()) {
      const bool plain = speaks_schema_org(own != nullptr ? own : document->find("@context"));
      edits.push_back(insert_member(text, *node, plain, uri));
    }
    for (const JsonValue* statement : old) {
      if (says(*statement, wanted)) continue;
      edits.push_back(
          {{statement->begin, statement->end - statement->begin}, wire::quote_json(uri)});
    }
  } else if (list != nullptr) {
    edits.push_back(append_node(*list, new_node(uri)));
  } else {  // one node of another kind: both become a list
    edits.push_back({{document->begin, 0}, "["});
    edits.push_back({{document->end, 0}, fmt::format(",{}]", new_node(uri))});
  }
  return to_buffer(TRY(wire::apply_edits(text, edits)));
}

}  // namespace

std::string uri_of(const SourceType& type) {
  return type.schema_org.empty() ? type.uri()
                                 : fmt::format("https://schema.org/{}", type.schema_org);
}

Result<ByteBuffer> write(const Label& label, CarrierKind kind, Bytes old_payload) {
  if (kind != CarrierKind::JsonLd) {
    return fail(ErrorCode::Unsupported, "digitalSourceType is written as JSON-LD only",
                "schema-org");
  }
  const auto wanted = source_type_for(label.origin);
  if (!wanted) {
    return fail(ErrorCode::Unsupported,
                fmt::format("schema.org has no digital source type that says \"{}\"",
                            to_string(label.origin)),
                "schema-org");
  }
  if (trim(as_text(old_payload)).empty()) return to_buffer(new_node(uri_of(*wanted)));
  return merged(as_text(old_payload), *wanted);
}

}  // namespace colophon::schema_org
