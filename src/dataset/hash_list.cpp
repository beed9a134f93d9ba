// SPDX-License-Identifier: Apache-2.0
#include "dataset/hash_list.hpp"

#include <algorithm>

namespace colophon {
namespace {

constexpr std::string_view kHead = "colophon hashes 1\n";
constexpr std::size_t kLongestId = 255;
constexpr std::size_t kBlock = 256 * 1024;

}  // namespace

Status HashListWriter::begin() {
  return sink_.write(as_bytes(kHead));
}

Status HashListWriter::add(const Hash& hash, std::string_view id) {
  id = id.substr(0, kLongestId);
  append(pending_, Bytes(hash));
  pending_.push_back(static_cast<std::uint8_t>(id.size()));
  append(pending_, id);
  if (pending_.size() >= kBlock) return flush();
  return {};
}

Status HashListWriter::flush() {
  shard_.update(pending_);
  TRY(sink_.write(pending_));
  pending_.clear();
  return {};
}

Result<ByteBuffer> HashListWriter::end_shard() {
  TRY(flush());
  ByteBuffer digest = shard_.finish();
  shard_ = Digest(DigestAlgorithm::Sha256);
  return digest;
}

Result<HashListReader> HashListReader::open(const std::string& path) {
  HashListReader reader(TRY(open_stream(path, {.unpack = false, .ahead = false})));
  std::array<std::uint8_t, kHead.size()> head{};
  const Status read = reader.take(head);
  if (!read || as_text(head) != kHead) {
    return fail(ErrorCode::Malformed, "this is no list of hashes of a data set", path, 0);
  }
  return reader;
}

Status HashListReader::take(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    if (block_.empty()) block_ = TRY(stream_->next());
    if (block_.empty()) {
      return fail(ErrorCode::Truncated, "the list of hashes ends early", {},
                  stream_->stored_read());
    }
    const std::size_t n = std::min(out.size(), block_.size());
    std::ranges::copy(block_.first(n), out.begin());
    block_ = block_.subspan(n);
    out = out.subspan(n);
  }
  return {};
}

void HashListReader::begin_shard(std::uint64_t records) {
  left_ = records;
  number_ = 0;
  shard_ = Digest(DigestAlgorithm::Sha256);
}

Result<std::optional<HashEntry>> HashListReader::next() {
  if (left_ == 0) return std::nullopt;
  std::array<std::uint8_t, 33 + kLongestId> bytes{};
  const std::span<std::uint8_t> all(bytes);
  TRY(take(all.first(33)));
  const std::size_t id_size = bytes[32];
  TRY(take(all.subspan(33, id_size)));
  shard_.update(all.first(33 + id_size));
  --left_;
  HashEntry entry;
  std::copy_n(bytes.begin(), entry.hash.size(), entry.hash.begin());
  entry.number = ++number_;
  entry.id = to_string(Bytes(all.subspan(33, id_size)));
  return entry;
}

}  // namespace colophon
