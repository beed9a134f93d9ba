// SPDX-License-Identifier: Apache-2.0
// The engine behind <colophon/stream.hpp>.
#pragma once

#include <colophon/stream.hpp>

#include "stream/events.hpp"
#include "wire/json_text.hpp"

#include <map>

namespace colophon::stream {

/// Gives text on in whole characters; bytes that are no UTF-8 pass as they are.
class WholeCharacters {
 public:
  [[nodiscard]] std::string push(std::string text);
  [[nodiscard]] std::string rest();

 private:
  std::string held_;  ///< at most three bytes
};

class Problems {
 public:
  void note(StreamFault fault, std::uint64_t offset);
  std::vector<StreamProblem> all;
};

/// Chat events: reads each, decides what stands in front of it and in it.
class Chat {
 public:
  Chat(const StreamRequest& request, Problems& problems);
  void take(const Piece& piece, std::string& out);
  /// `offset`: where the stream ended.
  void finish(std::uint64_t offset, StreamEnd& end, std::string& out);

 private:
  struct Choice {
    bool text = false, finished = false, labelled = false;
  };
  struct Insert {
    std::size_t at;
    std::string text;
  };
  void event(std::string_view bytes, std::uint64_t offset, std::string& out);
  void cut(const Piece& piece, std::string& out);
  void done(std::string_view bytes, std::string& out);
  void chunk(const Event& event, std::string_view bytes, const wire::JsonValue& json,
             std::string& out);
  void choice(const wire::JsonValue& json, std::size_t position, const Event& event,
              std::string& before, std::vector<Insert>& inserts);
  void release(std::string& out);
  [[nodiscard]] bool all_finished() const;
  [[nodiscard]] std::string own_event(const std::string& rest) const;
  [[nodiscard]] std::string label_event(std::uint64_t index) const;

  StreamRequest request_;
  Problems& problems_;
  std::string quoted_;  ///< the explicit label as a JSON string
  std::string head_;    ///< members that make an event of ours one of this response
  std::string type_lines_, line_end_ = "\n";
  std::map<std::uint64_t, Choice> choices_;
  std::string held_;  ///< the event that may be the last one before [DONE]
  std::size_t held_at_ = 0;
  std::uint64_t offset_ = 0;  ///< of the event being read
  bool first_ = true, done_ = false, foreign_ = false, written_ = false;
};

class Labeller {
 public:
  explicit Labeller(StreamRequest request);
  // The chat keeps a reference to the problems.
  Labeller(const Labeller&) = delete;
  Labeller& operator=(const Labeller&) = delete;

  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] std::string push(std::string_view chunk);
  [[nodiscard]] StreamEnd finish();

 private:
  [[nodiscard]] std::string plain(std::string text);

  StreamRequest request_;
  std::string error_;
  Problems problems_;
  Splitter splitter_;
  Chat chat_;
  WholeCharacters characters_;
  std::uint64_t seen_ = 0;
  bool started_ = false;
};

}  // namespace colophon::stream
