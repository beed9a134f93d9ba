// SPDX-License-Identifier: Apache-2.0
#include "scan/lanes.hpp"

#include <algorithm>

namespace colophon::scan {
namespace {

/// How many files may be begun before the first of them is written: what waits is kept aside.
constexpr std::size_t kWindow = 256;

}  // namespace

Lanes::Lanes(std::size_t first, std::size_t files, std::size_t threads, Work work)
    : work_(std::move(work)),
      files_(files),
      threads_(threads),
      most_batches_(threads + 2),
      next_file_(first),
      written_(first) {
  for (std::size_t i = 0; i < threads; ++i) workers_.emplace_back([this] { run(); });
}

Lanes::~Lanes() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

std::unique_ptr<Judged> Lanes::take() {
  std::unique_lock lock(mutex_);
  while (true) {
    for (auto lane = lanes_.begin(); lane != lanes_.end(); ++lane) {
      auto& slots = (*lane)->slots;
      if (slots.empty() || slots.front()->state != State::Judged) continue;
      std::unique_ptr<Judged> judged = std::move(slots.front()->judged);
      slots.pop_front();
      if (judged->batch.file_ends) lanes_.erase(lane);
      --batches_;
      wake_.notify_one();
      return judged;
    }
    if (lanes_.empty() && next_file_ == files_) return nullptr;
    done_.wait(lock);
  }
}

void Lanes::reuse(ByteBuffer buffer) {
  const std::lock_guard lock(mutex_);
  if (buffer.size() == ReadOptions().batch_bytes) spare_.push_back(std::move(buffer));
}

void Lanes::written_up_to(std::size_t file) {
  const std::lock_guard lock(mutex_);
  written_ = file;
  wake_.notify_all();
}

void Lanes::run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    // Reading is what nobody else can help with; then what is the next to be written.
    if (read_oldest(lock) || judge_oldest(lock) || read_another(lock)) continue;
    wake_.wait(lock);
  }
}

std::size_t Lanes::open_lanes() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(lanes_, [](const auto& lane) { return !lane->ended; }));
}

Lanes::Lane& Lanes::begin_lane() {
  lanes_.push_back(std::make_unique<Lane>());
  lanes_.back()->file = next_file_++;
  return *lanes_.back();
}

bool Lanes::read_oldest(std::unique_lock<std::mutex>& lock) {
  if (lanes_.empty() && next_file_ < files_) begin_lane();
  if (lanes_.empty()) return false;
  Lane& lane = *lanes_.front();
  // Its share is its own: what others have in hand cannot stop it.
  if (lane.busy || lane.ended || lane.slots.size() >= most_batches_) return false;
  read(lane, lock);
  return true;
}

bool Lanes::judge_oldest(std::unique_lock<std::mutex>& lock) {
  for (const auto& lane : lanes_) {
    for (const auto& slot : lane->slots) {
      if (slot->state != State::Read) continue;
      judge(*slot, lock);
      return true;
    }
  }
  return false;
}

bool Lanes::read_another(std::unique_lock<std::mutex>& lock) {
  if (batches_ >= 2 * most_batches_) return false;
  for (const auto& lane : lanes_) {
    if (lane->busy || lane->ended || lane->slots.size() >= most_batches_) continue;
    read(*lane, lock);
    return true;
  }
  if (next_file_ == files_ || next_file_ >= written_ + kWindow || open_lanes() >= threads_ + 1) {
    return false;
  }
  read(begin_lane(), lock);
  return true;
}

void Lanes::read(Lane& lane, std::unique_lock<std::mutex>& lock) {
  lane.busy = true;
  auto judged = std::make_unique<Judged>();
  Batch& batch = judged->batch;
  batch.file = lane.file;
  if (!spare_.empty()) {
    batch.data = std::move(spare_.back());
    spare_.pop_back();
  }
  lock.unlock();
  if (!lane.reader) {
    auto reader = work_.open(lane.file);
    if (reader) {
      lane.reader = *std::move(reader);
    } else {
      batch.error = reader.error();
      batch.file_ends = true;
    }
  }
  if (lane.reader) lane.reader->next(batch);
  if (batch.file_ends) lane.reader.reset();
  lock.lock();
  lane.busy = false;
  lane.ended = batch.file_ends;
  lane.slots.push_back(std::make_unique<Slot>());
  Slot& slot = *lane.slots.back();
  slot.judged = std::move(judged);
  ++batches_;
  wake_.notify_one();
  // A file in one batch: nobody is nearer to it than who has just read it.
  if (lane.ended && lane.slots.size() == 1) judge(slot, lock);
}

void Lanes::judge(Slot& slot, std::unique_lock<std::mutex>& lock) {
  slot.state = State::Judging;
  lock.unlock();
  work_.judge(*slot.judged);
  lock.lock();
  slot.state = State::Judged;
  done_.notify_one();
}

}  // namespace colophon::scan
