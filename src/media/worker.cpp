// SPDX-License-Identifier: Apache-2.0
// The parent's side. What the worker answers is as hostile as the file it reads.
#include "media/worker.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>

#include "base/child.hpp"
#include "base/text.hpp"
#include "media/worker_ask.hpp"
#include "media/worker_protocol.hpp"
#include "media/worker_start.hpp"

#ifndef COLOPHON_LIBEXEC
#define COLOPHON_LIBEXEC "/usr/libexec/colophon"
#endif

namespace colophon {
namespace {

constexpr auto kPatience = std::chrono::seconds(40);
constexpr const char* kName = "colophon-media";

Failure broken(std::string message) {
  return fail(ErrorCode::Io, std::move(message), kName);
}

std::string own_folder() {
  std::array<char, 4096> path{};
  const ssize_t size = readlink("/proc/self/exe", path.data(), path.size());
  const std::string name(path.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return name.substr(0, name.rfind('/') == std::string::npos ? 0 : name.rfind('/'));
}

/// The file for reading alone, even where the source may be written.
Result<Descriptor> readable(Source& source) {
  if (source.descriptor() >= 0) {
    const std::string again = fmt::format("/proc/self/fd/{}", source.descriptor());
    Descriptor file(::open(again.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() >= 0) return file;
  }
  Descriptor file(memfd_create(kName, MFD_CLOEXEC));
  constexpr std::uint64_t kBlock = 1 << 20;
  for (std::uint64_t at = 0; file.get() >= 0 && at < source.size(); at += kBlock) {
    const Bytes bytes = TRY(source.view({at, std::min(kBlock, source.size() - at)}));
    if (pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(at)) !=
        static_cast<ssize_t>(bytes.size())) {
      return broken("there is no room for a copy of the file that the worker could read");
    }
  }
  if (file.get() < 0) return broken("the system gives no file to the worker");
  return file;
}

/// Nothing of the caller's environment, which may hold passphrases, but the way to libraries.
std::vector<std::string> environment() {
  std::vector<std::string> all = {"LC_ALL=C"};
  if (const char* path = std::getenv("LD_LIBRARY_PATH")) {
    all.push_back(std::string("LD_LIBRARY_PATH=") + path);
  }
  return all;
}

Result<pid_t> start(const std::string& program, int request, int answer, int media) {
  std::string name = program;
  const std::array<char*, 2> arguments = {name.data(), nullptr};
  std::vector<std::string> variables = environment();
  std::vector<char*> pointers;
  for (std::string& variable : variables) pointers.push_back(variable.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // Numbers above those that are wanted first, so that none is overwritten before it is moved.
  posix_spawn_file_actions_adddup2(&actions, request, 100);
  posix_spawn_file_actions_adddup2(&actions, answer, 101);
  posix_spawn_file_actions_adddup2(&actions, media, 102);
  posix_spawn_file_actions_adddup2(&actions, 100, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, 101, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, 102, worker::kMediaDescriptor);
  for (const int spare : {100, 101, 102}) posix_spawn_file_actions_addclose(&actions, spare);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t how;
  posix_spawnattr_init(&how);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int number : {SIGPIPE, SIGXFSZ}) sigaddset(&defaults, number);
  posix_spawnattr_setsigdefault(&how, &defaults);
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF);
  pid_t id = 0;
  const int error =
      posix_spawn(&id, program.c_str(), &actions, &how, arguments.data(), pointers.data());
  posix_spawnattr_destroy(&how);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return broken(fmt::format("{} cannot be started", program));
  return id;
}

Result<WorkerAnswer> read_answer(Bytes bytes) {
  WorkerAnswer answer;
  std::string_view left = as_text(bytes).substr(0, worker::kMaxHead);
  bool first = true, good = false;
  for (;;) {
    const auto end = left.find('\n');
    if (end == std::string_view::npos) return strange_answer();
    const std::string_view line = left.substr(0, end);
    left.remove_prefix(end + 1);
    if (first) {
      good = line == std::string(worker::kVersion) + " ok";
      if (!good && line != std::string(worker::kVersion) + " error") return strange_answer();
      first = false;
    } else if (line.empty()) {
      break;
    } else if (const auto equals = line.find('='); equals != std::string_view::npos) {
      answer.head.emplace(line.substr(0, equals), line.substr(equals + 1));
    } else {
      return strange_answer();
    }
  }
  const auto body = static_cast<std::size_t>(left.data() - as_text(bytes).data());
  answer.body = to_buffer(slice(bytes, body));
  if (static_cast<std::int64_t>(answer.body.size()) != answer.number("bytes").value_or(0)) {
    return strange_answer();
  }
  if (good) return answer;
  return fail(ErrorCode::Malformed,
              fmt::format("the file cannot be decoded: {}", plain_answer(answer.text("message"))),
              kName);
}

std::optional<MediaStream> read_stream(std::string_view text) {
  MediaStream stream;
  std::array<std::string_view, 4> words{};
  for (std::string_view& word : words) {
    const auto end = text.find(' ');
    word = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  stream.kind = plain_answer(words[0]);
  stream.codec = plain_answer(words[1]);
  const auto cross = words[2].find('x');
  if (cross == std::string_view::npos) return std::nullopt;
  const auto number = [&](std::string_view word, std::uint32_t& value) {
    return std::from_chars(word.data(), word.data() + word.size(), value).ec == std::errc();
  };
  if (!number(words[2].substr(0, cross), stream.width) ||
      !number(words[2].substr(cross + 1), stream.height)) {
    return std::nullopt;
  }
  return stream;
}

}  // namespace

std::string WorkerAnswer::text(const std::string& name) const {
  const auto found = head.find(name);
  return found == head.end() ? std::string() : found->second;
}

std::optional<std::int64_t> WorkerAnswer::number(const std::string& name) const {
  const std::string word = text(name);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (word.empty() || error != std::errc() || end != word.data() + word.size()) {
    return std::nullopt;
  }
  return value;
}

std::string plain_answer(std::string_view text) {
  std::string out(text.substr(0, 200));
  for (char& c : out) c = static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  return to_valid_utf8(out);
}

Failure strange_answer() {
  return broken("the worker colophon-media gave an answer that cannot be read");
}

Result<std::unique_ptr<StartedWorker>> start_worker(Source& media, const std::string& line,
                                                    Bytes parts) {
  const std::string program = media_worker();
  if (program.empty()) {
    return fail(ErrorCode::NotFound,
                "the program colophon-media, which decodes this kind of file, is not installed",
                kName);
  }
  const Descriptor file = TRY(readable(media));
  ByteBuffer request = to_buffer(fmt::format("{} {}\n", worker::kVersion, line));
  append(request, parts);
  const Descriptor question = memory_file(kName, request);
  std::array<int, 2> ends{-1, -1};
  if (question.get() < 0 || pipe2(ends.data(), O_CLOEXEC) != 0) {
    return broken("the system gives no pipe to the worker");
  }
  Descriptor output(ends[0]);
  const Descriptor child_output(ends[1]);
  const pid_t id = TRY(start(program, question.get(), child_output.get(), file.get()));
  return std::make_unique<StartedWorker>(std::move(output), id);
}

Result<WorkerAnswer> ask_worker(Source& source, const std::string& request) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  const auto started = TRY(start_worker(source, request, {}));
  ByteBuffer bytes;
  switch (hear(started->output.get(), worker::kMaxAnswer, deadline, bytes)) {
    case Heard::All:
      break;
    case Heard::TooLate:
      return broken("the worker colophon-media took too long over this file and was ended");
    case Heard::TooMuch:
    case Heard::Broken:
      return strange_answer();
  }
  const auto status = started->child.wait_until(deadline);
  if (!status)
    return broken("the worker colophon-media took too long over this file and was ended");
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0) {
    return broken(
        "the worker colophon-media broke down over this file, or passed its limits of memory and "
        "time");
  }
  return read_answer(bytes);
}

std::string media_worker() {
  if (const char* named = std::getenv("COLOPHON_MEDIA")) {
    return access(named, X_OK) == 0 ? named : "";
  }
  const std::string here = own_folder();
  for (const std::string& folder :
       {here, here + "/../libexec/colophon", std::string(COLOPHON_LIBEXEC)}) {
    std::string name = folder + "/" + kName;
    if (access(name.c_str(), X_OK) == 0) return name;
  }
  return {};
}

Result<MediaFacts> probe_media(Source& source) {
  const WorkerAnswer answer = TRY(ask_worker(source, "probe"));
  MediaFacts facts;
  facts.container = plain_answer(answer.text("container"));
  if (const auto duration = answer.number("duration_us"); duration && *duration > 0) {
    facts.duration_us = duration;
  }
  const auto [first, last] = answer.head.equal_range("stream");
  for (auto each = first; each != last && facts.streams.size() < worker::kMaxStreams; ++each) {
    const auto stream = read_stream(each->second);
    if (!stream) return strange_answer();
    facts.streams.push_back(*stream);
  }
  return facts;
}

Result<Picture> media_picture(Source& source, const Format& format, std::int64_t at_us,
                              std::uint32_t longest) {
  const bool heif = format.id == "heif" || format.id == "avif";
  const WorkerAnswer answer =
      TRY(ask_worker(source, fmt::format("picture side={} at_us={} channels=1{}", longest, at_us,
                                         heif ? " as=heif" : "")));
  const auto side = [&](const char* name, std::int64_t most) {
    const auto value = answer.number(name);
    return value && *value > 0 && *value <= most ? static_cast<std::uint32_t>(*value) : 0U;
  };
  Picture picture;
  picture.width = side("width", INT32_MAX);
  picture.height = side("height", INT32_MAX);
  picture.grey.width = side("columns", longest);
  picture.grey.height = side("rows", longest);
  const bool whole = picture.width > 0 && picture.height > 0 && picture.grey.width > 0 &&
                     picture.grey.height > 0 &&
                     answer.body.size() == std::size_t{picture.grey.width} * picture.grey.height;
  if (!whole) return strange_answer();
  picture.grey.samples = answer.body;
  return picture;
}

}  // namespace colophon
