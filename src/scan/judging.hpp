// SPDX-License-Identifier: Apache-2.0
// From a document to what it says about AI. Clean text is only looked through; what may hold a
// label is verified like a file.
#pragma once

#include "ops/ops.hpp"
#include "scan/document.hpp"
#include "text/scan_text.hpp"

namespace colophon::scan {

struct JudgeOptions {
  std::string text_field = "text";
  std::string id_field = "id";
  VerifyOptions verify;
};

/// A visible label or a carrier inside a document's text, for attribute files: characters, not
/// bytes.
struct Span {
  std::uint64_t begin = 0, end = 0;
  Origin origin = Origin::None;
};

struct Tag {
  std::string id;
  Origin origin = Origin::None;
  Assurance assurance = Assurance::None;
  bool invalid = false;          ///< a label is there, but invalid, damaged or in conflict
  std::string evidence = "[]";   ///< JSON, as in the report
  std::vector<Span> spans;       ///< of visible labels
  std::uint64_t characters = 0;  ///< of a document with a label, for a span over all of it
  std::uint64_t hidden = 0;      ///< characters that nobody sees and no writing system needs
  std::uint64_t bad_utf8 = 0, nuls = 0;
  bool without_text = false;   ///< a record that lacks the text field
  bool unread = false;         ///< in no container that is known here: "none" says nothing of it
  bool partly = false;         ///< it is too long, or too full of phrases: there may be more
  std::optional<Error> error;  ///< it was read only in part, or not at all
};

/// `file`: for ids of documents that have none.
[[nodiscard]] Tag judge(const Document& document, Bytes batch, const std::string& file,
                        const JudgeOptions& options, const Env& env);

}  // namespace colophon::scan
