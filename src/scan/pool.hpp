// SPDX-License-Identifier: Apache-2.0
// Work for several threads whose results are taken in the order in which it was given.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace colophon::scan {

template <typename Result>
class OrderedPool {
 public:
  explicit OrderedPool(std::size_t threads) {
    for (std::size_t i = 0; i < threads; ++i) workers_.emplace_back([this] { run(); });
  }
  OrderedPool(const OrderedPool&) = delete;
  OrderedPool& operator=(const OrderedPool&) = delete;
  /// Work that nobody has begun is dropped.
  ~OrderedPool() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  void give(std::function<Result()> work) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::make_shared<Task>(std::move(work)));
      waiting_.push_back(tasks_.back());
    }
    wake_.notify_one();
  }
  [[nodiscard]] std::size_t pending() const noexcept { return tasks_.size(); }
  /// The oldest result. There is one pending.
  Result take() {
    std::unique_lock lock(mutex_);
    const std::shared_ptr<Task> task = tasks_.front();
    tasks_.pop_front();
    done_.wait(lock, [&] { return task->result.has_value(); });
    return *std::move(task->result);
  }

 private:
  struct Task {
    explicit Task(std::function<Result()> job) : work(std::move(job)) {}
    std::function<Result()> work;
    std::optional<Result> result;
  };

  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
      if (stop_) return;
      const std::shared_ptr<Task> task = waiting_.front();
      waiting_.pop_front();
      lock.unlock();
      Result result = task->work();
      task->work = nullptr;
      lock.lock();
      task->result = std::move(result);
      done_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::deque<std::shared_ptr<Task>> tasks_;  // touched by the giving thread, under the lock
  std::deque<std::shared_ptr<Task>> waiting_;
  bool stop_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace colophon::scan
