// SPDX-License-Identifier: Apache-2.0
#include "dataset/comparison.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <unordered_map>

namespace colophon {
namespace {

/// So far it looks ahead: a block of this many records may be put in or taken out at one place.
constexpr std::size_t kWindow = 32 * 1024;

struct HashOfHash {
  std::size_t operator()(const Hash& hash) const noexcept {
    std::size_t head = 0;
    std::memcpy(&head, hash.data(), sizeof head);
    return head;
  }
};

}  // namespace

std::string_view to_string(Difference::Kind kind) noexcept {
  constexpr std::array<std::string_view, 4> kWords = {"changed", "added", "removed", "moved"};
  return kWords[static_cast<std::size_t>(kind)];
}

Status Comparison::fill(Side& side, std::size_t size) {
  while (!side.ended && side.window.size() < size) {
    auto entry = TRY(side.next());
    side.ended = !entry;
    if (entry) side.window.push_back(*std::move(entry));
  }
  return {};
}

void Comparison::drop(Side& side, std::size_t count) {
  for (; count > 0; --count) {
    if (side.left.size() < most_kept_) {
      side.left.push_back(
          {std::move(side.window.front()), static_cast<std::uint32_t>(shards_.size() - 1), gap_});
    } else {
      ++side.only_counted;
    }
    side.window.pop_front();
  }
}

/// Drops what stands before the nearest record that both sides have.
Status Comparison::resync() {
  std::unordered_map<Hash, std::size_t, HashOfHash> in_sealed, in_found;
  ++gap_;
  for (std::size_t ahead = 0; ahead < kWindow; ++ahead) {
    TRY(fill(sealed_, ahead + 1));
    TRY(fill(found_, ahead + 1));
    const bool more_sealed = sealed_.window.size() > ahead;
    const bool more_found = found_.window.size() > ahead;
    if (!more_sealed && !more_found) break;
    if (more_sealed) in_sealed.try_emplace(sealed_.window[ahead].hash, ahead);
    if (more_found) {
      const auto match = in_sealed.find(found_.window[ahead].hash);
      if (match != in_sealed.end()) {
        drop(sealed_, match->second);
        drop(found_, ahead);
        return {};
      }
      in_found.try_emplace(found_.window[ahead].hash, ahead);
    }
    if (more_sealed) {
      const auto match = in_found.find(sealed_.window[ahead].hash);
      if (match != in_found.end()) {
        drop(sealed_, ahead);
        drop(found_, match->second);
        return {};
      }
    }
  }
  // Nothing in common within sight. Half is kept, for what comes may match it.
  const auto half = [](const Side& side) {
    return side.ended && side.window.size() < kWindow ? side.window.size() : side.window.size() / 2;
  };
  const bool both_end = sealed_.ended && found_.ended;
  drop(sealed_, both_end ? sealed_.window.size() : half(sealed_));
  drop(found_, both_end ? found_.window.size() : half(found_));
  return {};
}

Status Comparison::compare(const std::string& shard, const NextEntry& sealed,
                           const NextEntry& found) {
  shards_.push_back(shard);
  for (Side* side : {&sealed_, &found_}) {
    side->window.clear();
    side->ended = false;
  }
  sealed_.next = sealed;
  found_.next = found;
  ++gap_;
  while (true) {
    TRY(fill(sealed_, 1));
    TRY(fill(found_, 1));
    if (sealed_.window.empty() && found_.window.empty()) return {};
    if (!sealed_.window.empty() && !found_.window.empty() &&
        sealed_.window.front().hash == found_.window.front().hash) {
      sealed_.window.pop_front();
      found_.window.pop_front();
      ++same_;
    } else {
      TRY(resync());
    }
  }
}

void Comparison::note(Difference::Kind kind, const Left* sealed, const Left* found) {
  ++outcome_.counts[std::string(to_string(kind))];
  if (outcome_.differences.size() >= most_named_) return;
  Difference difference;
  difference.kind = kind;
  if (sealed != nullptr) {
    difference.sealed_shard = shards_[sealed->shard];
    difference.sealed_record = sealed->entry.number;
    difference.id = sealed->entry.id;
  }
  if (found != nullptr) {
    difference.shard = shards_[found->shard];
    difference.record = found->entry.number;
    difference.id = found->entry.id;
  }
  outcome_.differences.push_back(std::move(difference));
}

std::vector<std::pair<Comparison::Left*, Comparison::Left*>> Comparison::take_moved() {
  std::unordered_multimap<Hash, Left*, HashOfHash> by_hash;
  for (Left& left : found_.left) by_hash.emplace(left.entry.hash, &left);
  std::vector<std::pair<Left*, Left*>> moved;
  for (Left& left : sealed_.left) {
    const auto match = by_hash.find(left.entry.hash);
    if (match == by_hash.end()) continue;
    moved.emplace_back(&left, match->second);
    left.done = match->second->done = true;
    by_hash.erase(match);
  }
  return moved;
}

/// First the records of one id, wherever they stand; then what stands in the same gap, unless both
/// have ids, which then differ.
void Comparison::pair_changed() {
  struct Gap {
    std::deque<Left*> any, bare;  // the latter without an id
  };
  std::unordered_multimap<std::string, Left*> by_id;
  std::unordered_map<std::uint32_t, Gap> gaps;
  for (Left& left : found_.left) {
    if (left.done) continue;
    if (!left.entry.id.empty()) by_id.emplace(left.entry.id, &left);
    gaps[left.gap].any.push_back(&left);
    if (left.entry.id.empty()) gaps[left.gap].bare.push_back(&left);
  }
  const auto pair = [&](Left& left, Left& other) {
    note(Difference::Kind::Changed, &left, &other);
    left.done = other.done = true;
  };
  for (Left& left : sealed_.left) {
    if (left.done || left.entry.id.empty()) continue;
    const auto match = by_id.find(left.entry.id);
    if (match == by_id.end()) continue;
    pair(left, *match->second);
    by_id.erase(match);
  }
  for (Left& left : sealed_.left) {
    if (left.done) continue;
    std::deque<Left*>& others = left.entry.id.empty() ? gaps[left.gap].any : gaps[left.gap].bare;
    while (!others.empty() && others.front()->done) others.pop_front();
    if (!others.empty()) pair(left, *others.front());
  }
}

Comparison::Outcome Comparison::finish(std::uint64_t most_named) {
  most_named_ = most_named;
  const auto moved = take_moved();
  pair_changed();
  for (const Left& left : sealed_.left) {
    if (!left.done) note(Difference::Kind::Removed, &left, nullptr);
  }
  for (const Left& left : found_.left) {
    if (!left.done) note(Difference::Kind::Added, nullptr, &left);
  }
  for (const auto& [sealed, found] : moved) note(Difference::Kind::Moved, sealed, found);
  outcome_.more = sealed_.only_counted > 0 || found_.only_counted > 0;
  if (sealed_.only_counted > 0) outcome_.counts["removed"] += sealed_.only_counted;
  if (found_.only_counted > 0) outcome_.counts["added"] += found_.only_counted;
  std::ranges::sort(outcome_.differences, {}, [](const Difference& d) {
    return std::tuple(d.shard.empty() ? d.sealed_shard : d.shard,
                      d.record != 0 ? d.record : d.sealed_record, d.kind);
  });
  return std::move(outcome_);
}

}  // namespace colophon
