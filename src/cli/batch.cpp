// SPDX-License-Identifier: Apache-2.0
#include "cli/batch.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include <algorithm>

#include "io/io.hpp"

namespace colophon::cli {
namespace {

/// Few files are not worth waking threads for.
constexpr std::size_t kFilesPerTask = 16;

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

using Task = std::pair<std::size_t, std::size_t>;  ///< from, to

void run_in_parallel(const std::vector<std::string>& files, std::size_t jobs,
                     const std::function<Answer(const std::string&)>& work, Printer& printer,
                     Progress& progress) {
  namespace tbb = oneapi::tbb;
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, jobs);
  std::size_t next = 0;
  const auto source = [&](tbb::flow_control& flow) -> Task {
    if (next >= files.size()) {
      flow.stop();
      return {};
    }
    const std::size_t from = next;
    next = std::min(files.size(), from + kFilesPerTask);
    return {from, next};
  };
  const auto answer_all = [&](Task task) {
    std::vector<Answer> answers;
    for (std::size_t i = task.first; i < task.second; ++i) answers.push_back(work(files[i]));
    progress.advance(answers.size());
    return answers;
  };
  const auto print_all = [&](const std::vector<Answer>& answers) {
    for (const Answer& answer : answers) printer(answer);
  };
  tbb::parallel_pipeline(
      jobs * 2,
      tbb::make_filter<void, Task>(tbb::filter_mode::serial_in_order, source) &
          tbb::make_filter<Task, std::vector<Answer>>(tbb::filter_mode::parallel, answer_all) &
          tbb::make_filter<std::vector<Answer>, void>(tbb::filter_mode::serial_in_order,
                                                      print_all));
}

}  // namespace

std::vector<std::string> expand(const Options& options, Terminal& terminal, bool& failed) {
  std::vector<std::string> files;
  for (const std::string& path : options.files) {
    if (!options.recursive || !is_folder(path)) {
      files.push_back(path);
      continue;
    }
    const auto below = files_below(path);
    if (below) {
      files.insert(files.end(), below->begin(), below->end());
    } else {
      terminal.complain(path, below.error());
      failed = true;
    }
  }
  return files;
}

int run_batch(const std::vector<std::string>& files, const Options& options, Terminal& terminal,
              const std::function<Answer(const std::string&)>& work) {
  Printer printer(options, terminal);
  Progress progress(files.size(), !options.quiet);
  const std::size_t processors = static_cast<std::size_t>(
      options.jobs > 0 ? options.jobs : oneapi::tbb::info::default_concurrency());
  const std::size_t jobs = std::min(processors, (files.size() + kFilesPerTask - 1) / kFilesPerTask);
  if (jobs > 1) {
    run_in_parallel(files, jobs, work, printer, progress);
  } else {
    for (const std::string& file : files) {
      printer(work(file));
      progress.advance();
    }
  }
  return printer.finish();
}

}  // namespace colophon::cli
