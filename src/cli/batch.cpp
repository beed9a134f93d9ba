// SPDX-License-Identifier: Apache-2.0
#include "cli/batch.hpp"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <map>
#include <thread>

#include "io/io.hpp"

namespace colophon::cli {
namespace {

/// Few files are not worth waking threads for.
constexpr std::size_t kFilesPerTask = 16;
/// For each worker, how many tasks may stand between the first unprinted and the last started one.
constexpr std::size_t kTasksAhead = 8;

/// Prints answers in order, with the brackets of a JSON array around them when asked.
class Printer {
 public:
  Printer(const Options& options, Terminal& terminal) : json_(options.json), terminal_(terminal) {
    if (json_) terminal_.print("[");
  }
  void operator()(const Answer& answer) {
    if (!answer.text.empty()) {
      if (json_) terminal_.print(first_ ? "\n" : ",\n");
      terminal_.print(answer.text);
      first_ = false;
    }
    if (answer.error) terminal_.complain(answer.file, *answer.error);
    seen_[static_cast<std::size_t>(std::clamp(answer.code, 0, 5))] = true;
  }
  [[nodiscard]] int finish() {
    if (json_) terminal_.print(first_ ? "]\n" : "\n]\n");
    for (const int code : {2, 3, 5, 4, 0, 1}) {
      if (seen_[static_cast<std::size_t>(code)]) return code;
    }
    return 1;
  }

 private:
  bool json_;
  bool first_ = true;
  bool seen_[6] = {};
  Terminal& terminal_;
};

using Answers = std::vector<Answer>;
using Work = std::function<Answer(const Input&)>;

/// Workers take the next files, and whoever answers the first unprinted ones prints what is ready.
/// One slow file holds up the printing of those behind it, not the work on them, up to a bound.
class Crew {
 public:
  Crew(const std::vector<Input>& files, std::size_t jobs, const Work& work, Printer& printer,
       Progress& progress)
      : files_(files),
        jobs_(jobs),
        tasks_((files.size() + kFilesPerTask - 1) / kFilesPerTask),
        work_(work),
        printer_(printer),
        progress_(progress) {}

  void run() {
    std::vector<std::future<void>> workers;
    // Without a policy, a worker for whom there is no thread runs in `get`, and nothing fails.
    for (std::size_t i = 0; i < jobs_; ++i) workers.push_back(std::async([this] { take_tasks(); }));
    for (std::future<void>& worker : workers) worker.get();
  }

 private:
  void take_tasks() {
    std::unique_lock lock(mutex_);
    try {
      for (;;) {
        moved_.wait(lock,
                    [&] { return next_ == tasks_ || next_ < printed_ + jobs_ * kTasksAhead; });
        if (next_ == tasks_) return;
        const std::size_t task = next_++;
        lock.unlock();
        Answers answers = answer(task);
        lock.lock();
        ready_.emplace(task, std::move(answers));
        print_ready();
      }
    } catch (...) {  // the others must not wait for this one; `get` tells it
      if (!lock.owns_lock()) lock.lock();
      next_ = tasks_;
      moved_.notify_all();
      throw;
    }
  }

  Answers answer(std::size_t task) {
    const std::size_t from = task * kFilesPerTask;
    const std::size_t to = std::min(files_.size(), from + kFilesPerTask);
    Answers answers;
    for (std::size_t i = from; i < to; ++i) answers.push_back(work_(files_[i]));
    progress_.advance(answers.size());
    return answers;
  }

  void print_ready() {
    for (auto first = ready_.begin(); first != ready_.end() && first->first == printed_;
         first = ready_.erase(first), ++printed_) {
      for (const Answer& answer : first->second) printer_(answer);
    }
    moved_.notify_all();
  }

  const std::vector<Input>& files_;
  std::size_t jobs_, tasks_;
  const Work& work_;
  Printer& printer_;
  Progress& progress_;

  std::mutex mutex_;
  std::condition_variable moved_;
  std::size_t next_ = 0, printed_ = 0;
  std::map<std::size_t, Answers> ready_;
};

/// How many workers are worth starting. Asking for the processors costs something, so one task asks
/// for none.
std::size_t jobs_for(std::size_t files, int wanted) {
  const std::size_t tasks = (files + kFilesPerTask - 1) / kFilesPerTask;
  if (tasks < 2) return 1;
  const unsigned processors = wanted > 0 ? static_cast<unsigned>(wanted)
                                         : std::max(1U, std::thread::hardware_concurrency());
  return std::min<std::size_t>(processors, tasks);
}

}  // namespace

std::vector<Input> expand(const Options& options, Terminal& terminal, bool& failed) {
  std::vector<Input> files;
  for (const std::string& path : options.files) {
    if (!options.recursive || !is_folder(path)) {
      files.push_back({path, path.substr(path.rfind('/') + 1)});
      continue;
    }
    const auto below = files_below(path, options.out_dir);
    if (!below) {
      terminal.complain(path, below.error());
      failed = true;
      continue;
    }
    for (const std::string& file : *below) {
      const auto name = file.find_first_not_of('/', path.size());
      files.push_back({file, file.substr(name)});
    }
  }
  return files;
}

int run_batch(const std::vector<Input>& files, const Options& options, Terminal& terminal,
              const std::function<Answer(const Input&)>& work) {
  Printer printer(options, terminal);
  Progress progress(files.size(), !options.quiet);
  const std::size_t jobs = jobs_for(files.size(), options.jobs);
  if (jobs > 1) {
    Crew(files, jobs, work, printer, progress).run();
  } else {
    for (const Input& file : files) {
      printer(work(file));
      progress.advance();
    }
  }
  return printer.finish();
}

}  // namespace colophon::cli
