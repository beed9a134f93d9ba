// SPDX-License-Identifier: Apache-2.0
#include "scan/judged.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "scan/judge.hpp"
#include "scan/outputs.hpp"
#include "text/scan_block.hpp"
#include "wire/json_skim.hpp"
#include "wire/json_text.hpp"

namespace colophon::scan {
namespace {

/// What the one pass over a block saw in some part of it.
struct Sight {
  bool any = false, aigc = false;
};

/// The hits of a block, asked for from front to end.
class Hits {
 public:
  explicit Hits(const std::vector<text::BlockHit>& hits) : hits_(hits) {}
  Sight in(const Range& part) const {
    Sight sight;
    for (std::size_t i = first_; i < hits_.size() && hits_[i].begin < part.end(); ++i) {
      if (hits_[i].end <= part.offset) continue;
      sight.any = true;
      sight.aigc = sight.aigc || hits_[i].aigc;
    }
    return sight;
  }
  /// Nothing before `at` will be asked for again.
  void leave(std::uint64_t at) {
    while (first_ < hits_.size() && hits_[first_].end <= at) ++first_;
  }

 private:
  const std::vector<text::BlockHit>& hits_;
  std::size_t first_ = 0;
};

/// What a record is worth looking at.
enum class Look : std::uint8_t { None, Text, All };

Look look_for(const wire::SkimmedRecord& record, const Hits& hits, const Range& line) {
  const Sight sight = hits.in(line);
  if (sight.aigc) return Look::All;
  if (record.text.size == 0) return sight.any || record.unicode_escapes ? Look::All : Look::None;
  const bool text = record.text_unicode_escapes || (sight.any && hits.in(record.text).any);
  return text ? Look::Text : Look::None;
}

class BatchJudge {
 public:
  BatchJudge(Judged& judged, const std::string& file, const ScanJob& job, const Env& env)
      : out_(judged),
        file_(file),
        job_(job),
        env_(env),
        judge_(job.judging, env),
        file_id_(wire::quote_json(to_valid_utf8(file + "#"))),
        line_end_(R"(,"origin":"none","assurance":"none","evidence":[],"file":)" +
                  wire::quote_json(to_valid_utf8(file)) + R"(,"record":)") {
    file_id_.pop_back();
  }

  void document(const Document& document, std::uint64_t bytes) {
    settle(judge(document, out_.batch.data, file_, job_.judging, env_), document, bytes);
  }
  void records();

 private:
  void record(const RecordLine& line, std::uint64_t number, std::string_view block,
              const wire::SpecialBytes& specials, const Hits& hits);
  bool quote_id(const wire::SkimmedRecord& record, std::uint64_t number, std::string_view block);
  bool add_clean(const wire::SkimmedRecord& record, const RecordLine& line, std::uint64_t number,
                 std::string_view block);
  void settle(const Tag& tag, const Document& document, std::uint64_t bytes);
  Document document_of(const RecordLine& line, std::uint64_t number) const;

  Judged& out_;
  const std::string& file_;
  const ScanJob& job_;
  const Env& env_;
  Judge judge_;
  std::string file_id_;   // of a record that has none, up to its number
  std::string line_end_;  // of a clean record, up to its number
  std::string id_;        // with quotes, of the record at hand
  std::uint64_t clean_ = 0;
};

Document BatchJudge::document_of(const RecordLine& line, std::uint64_t number) const {
  Document document;
  document.kind = DocumentKind::Record;
  document.number = number;
  document.line = line.line;
  document.bytes = line.bytes;
  return document;
}

void BatchJudge::settle(const Tag& tag, const Document& document, std::uint64_t bytes) {
  Counts& counts = out_.counts;
  ++counts.documents;
  ++counts.origins[std::string(to_string(tag.origin))];
  counts.bytes += bytes;
  counts.invalid += tag.invalid ? 1 : 0;
  const bool read = document.kind == DocumentKind::Record && !tag.error;
  counts.without_text += tag.without_text && read ? 1 : 0;
  counts.unread += tag.unread ? 1 : 0;
  counts.partly += tag.partly ? 1 : 0;
  counts.bad_utf8 += tag.bad_utf8;
  counts.nuls += tag.nuls;
  counts.hidden += tag.hidden;
  if (tag.error) {
    ++counts.errors;
    out_.told.push_back({document, *tag.error});
  }
  if (!job_.only_labelled || has_label(tag.origin) || tag.error) {
    out_.lines += result_line(tag, document, file_);
  }
  if (!job_.attributes_folder.empty()) out_.attributes += attribute_line(tag);
  if (!job_.copies_folder.empty()) out_.origins.push_back(tag.origin);
}

/// The id as the results tell it; false when that needs care.
bool BatchJudge::quote_id(const wire::SkimmedRecord& record, std::uint64_t number,
                          std::string_view block) {
  const std::string_view stored = block.substr(record.id.offset, record.id.size);
  if (stored.empty() || stored == R"("")") {
    id_.assign(file_id_).append(std::to_string(number)).append("\"");
    return true;
  }
  const std::string_view quote = record.id_is_number ? "\"" : "";
  id_.assign(quote).append(stored).append(quote);
  return !record.id_escapes &&
         std::ranges::all_of(stored, [](char c) { return c >= ' ' && c <= '~'; });
}

/// The usual case, without a Tag.
bool BatchJudge::add_clean(const wire::SkimmedRecord& record, const RecordLine& line,
                           std::uint64_t number, std::string_view block) {
  if (!quote_id(record, number, block)) return false;
  if (!job_.only_labelled) {
    std::string& out = out_.lines;
    out.append(R"({"id":)").append(id_).append(line_end_).append(std::to_string(number));
    if (line.line != number) out.append(R"(,"line":)").append(std::to_string(line.line));
    out.append("}\n");
  }
  if (!job_.attributes_folder.empty()) {
    out_.attributes.append(R"({"id":)").append(id_).append(",\"attributes\":{}}\n");
  }
  if (!job_.copies_folder.empty()) out_.origins.push_back(Origin::None);
  ++clean_;
  out_.counts.bytes += line.bytes.size;
  out_.counts.without_text += record.text.size == 0 ? 1 : 0;
  return true;
}

void BatchJudge::record(const RecordLine& line, std::uint64_t number, std::string_view block,
                        const wire::SpecialBytes& specials, const Hits& hits) {
  const auto record = wire::skim_record(block, line.bytes, specials,
                                        {job_.judging.id_field, job_.judging.text_field});
  const Look look = record ? look_for(*record, hits, line.bytes) : Look::All;
  if (look == Look::None && add_clean(*record, line, number, block)) return;
  Tag tag;
  Report all;
  if (look == Look::All) {
    judge_.judge_record(tag, as_bytes(block.substr(line.bytes.offset, line.bytes.size)), all);
    if (tag.error && tag.error->offset) {  // told from the start of the unpacked stream
      *tag.error->offset += out_.batch.begin.offset + line.bytes.offset;
    }
  } else {
    judge_.read_id(tag, block.substr(record->id.offset, record->id.size));
    tag.without_text = record->text.size == 0;
    if (look == Look::Text) {
      judge_.judge_record_text(tag, block.substr(record->text.offset, record->text.size), all);
    }
  }
  judge_.conclude(tag, all);
  if (tag.id.empty()) tag.id = file_ + "#" + std::to_string(number);
  settle(tag, document_of(line, number), line.bytes.size);
}

void BatchJudge::records() {
  const Batch& batch = out_.batch;
  if (batch.records.empty()) return;
  static thread_local text::BlockFindings found;
  const Bytes block = slice(batch.data, 0, batch.records.back().bytes.end());
  text::scan_block(block, found);
  const wire::SpecialBytes specials(found.specials, block.size());
  Hits hits(found.hits);
  std::uint64_t number = batch.begin.number;
  for (const RecordLine& line : batch.records) {
    hits.leave(line.bytes.offset);
    record(line, ++number, as_text(block), specials, hits);
  }
  out_.counts.documents += clean_;
  if (clean_ > 0) out_.counts.origins[std::string(to_string(Origin::None))] += clean_;
}

}  // namespace

void judge_batch(Judged& judged, const std::string& file, std::uint64_t file_size,
                 const ScanJob& job, const Env& env) {
  BatchJudge batch(judged, file, job, env);
  batch.records();
  for (const Document& document : judged.batch.documents) {
    batch.document(document, document.kind == DocumentKind::File ? file_size : document.bytes.size);
  }
}

void add(Counts& all, const Counts& part) {
  for (const auto& [origin, count] : part.origins) all.origins[origin] += count;
  for (std::uint64_t Counts::* const field :
       {&Counts::files, &Counts::documents, &Counts::bytes, &Counts::invalid, &Counts::errors,
        &Counts::without_text, &Counts::unread, &Counts::partly, &Counts::bad_utf8, &Counts::nuls,
        &Counts::hidden, &Counts::kept, &Counts::kept_labelled, &Counts::dropped}) {
    all.*field += part.*field;
  }
}

}  // namespace colophon::scan
