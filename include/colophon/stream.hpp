// SPDX-License-Identifier: Apache-2.0
// Labels for text on its way out of a model: chunks in, chunks out (docs/streams.md).
#pragma once

#include <colophon/types.hpp>

#include <cstddef>
#include <memory>

namespace colophon {

namespace stream {
class Labeller;
}

enum class StreamKind : std::uint8_t {
  Plain,  ///< UTF-8 text and nothing else
  Chat,   ///< server-sent events whose data are OpenAI's `chat.completion.chunk` objects
};
enum class LabelPlace : std::uint8_t { Start, End };

struct StreamRequest {
  StreamKind kind = StreamKind::Chat;
  std::string text;  ///< the explicit label with the white space around it; empty: none
  LabelPlace place = LabelPlace::End;
  std::string aigc;  ///< a JSON object, the member `aigc` of the last event (Chat); empty: none
  std::size_t max_event = std::size_t{1} << 20;  ///< a longer event passes unread
};

enum class StreamFault : std::uint8_t {
  Usage,        ///< the request is wrong: nothing was labelled
  Cut,          ///< the stream ended before `[DONE]`, or inside a character
  NotJson,      ///< an event's data could not be read
  TooLong,      ///< an event above `max_event`, or more than 1024 choices
  ServerError,  ///< the model's server reported an error
  HasLabel,     ///< the stream brought an `aigc` member of its own: it stands, ours was not written
};
/// The stable word, e.g. "server-error".
[[nodiscard]] COLOPHON_API std::string_view to_string(StreamFault fault) noexcept;

/// All cases of one kind.
struct StreamProblem {
  StreamFault fault = StreamFault::Cut;
  std::uint64_t offset = 0;  ///< of the first, in the bytes that came in
  std::uint64_t count = 1;
  std::string message;  ///< for a person
};

struct StreamEnd {
  std::string bytes;         ///< the last ones to send
  bool complete = false;     ///< `[DONE]` came; plain text: it does not end inside a character
  std::size_t answers = 0;   ///< choices that had text
  std::size_t labelled = 0;  ///< those of them that have the explicit label
  bool aigc = false;         ///< the member was written
  std::vector<StreamProblem> problems;
};

/// One response. What comes out is what came in and the labels; how the input is cut into chunks
/// never changes what comes out as a whole. For one thread at a time.
class COLOPHON_API StreamLabeller {
 public:
  explicit StreamLabeller(StreamRequest request);
  StreamLabeller(StreamLabeller&& other) noexcept;
  StreamLabeller& operator=(StreamLabeller&& other) noexcept;
  ~StreamLabeller();

  /// What is wrong with the request; empty when nothing is. A wrong one passes everything.
  [[nodiscard]] const std::string& error() const noexcept;
  /// Bytes to send now: whole characters; of a chat, whole events. May be empty.
  [[nodiscard]] std::string push(std::string_view chunk);
  /// Once, when the model's side is closed.
  [[nodiscard]] StreamEnd finish();

 private:
  std::unique_ptr<stream::Labeller> labeller_;
};

/// The value of the response's `AI-Disclosure` field, to be sent in front of the stream.
struct HeaderValue {
  std::string value;
  std::optional<Error> error;
};
[[nodiscard]] COLOPHON_API HeaderValue ai_disclosure(const Label& label);

}  // namespace colophon
