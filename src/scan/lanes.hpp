// SPDX-License-Identifier: Apache-2.0
// Who reads what when. Each file is read by one thread at a time, batch after batch; batches are
// judged by any thread. So one packed file keeps two threads busy, and many files keep all busy.
// The oldest file goes before the others; of a file, batches come out in order.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "scan/judged.hpp"
#include "scan/reader.hpp"

namespace colophon::scan {

class Lanes {
 public:
  struct Work {
    std::function<Result<std::unique_ptr<Reader>>(std::size_t file)> open;
    std::function<void(Judged&)> judge;
  };
  /// Files from `first` to `files - 1`.
  Lanes(std::size_t first, std::size_t files, std::size_t threads, Work work);
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;
  /// What nobody has begun is dropped.
  ~Lanes();

  /// The next batch of some file, the oldest file that has one; nothing when all have been taken.
  [[nodiscard]] std::unique_ptr<Judged> take();
  /// Gives a buffer back for the next batch.
  void reuse(ByteBuffer buffer);
  /// Files before it are written: this moves the window of files that may be begun.
  void written_up_to(std::size_t file);

 private:
  enum class State : std::uint8_t { Read, Judging, Judged };
  struct Slot {
    State state = State::Read;
    std::unique_ptr<Judged> judged;
  };
  struct Lane {
    std::size_t file = 0;
    std::unique_ptr<Reader> reader;
    bool busy = false;   ///< somebody reads
    bool ended = false;  ///< all its batches have been read
    std::deque<std::unique_ptr<Slot>> slots;
  };

  void run();
  bool read_oldest(std::unique_lock<std::mutex>& lock);
  bool judge_oldest(std::unique_lock<std::mutex>& lock);
  bool read_another(std::unique_lock<std::mutex>& lock);
  void read(Lane& lane, std::unique_lock<std::mutex>& lock);
  void judge(Slot& slot, std::unique_lock<std::mutex>& lock);
  std::size_t open_lanes() const;
  Lane& begin_lane();

  Work work_;
  const std::size_t files_, threads_, most_batches_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::deque<std::unique_ptr<Lane>> lanes_;  // by file; gone when all was taken
  std::vector<ByteBuffer> spare_;
  std::size_t next_file_, written_;
  std::size_t batches_ = 0;  // read, and not taken yet
  bool stop_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace colophon::scan
