// SPDX-License-Identifier: Apache-2.0
// Error messages in Chinese. An Error carries one English sentence; at print time it is looked up
// in a catalogue of patterns. A message without an entry stays English; reports for programs
// always do.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace colophon::cli {

/// "{}" stands for what the message was filled with, and is carried over as it is; "{!}" (in `zh`
/// alone) for the same when it is a message of its own. The holes keep their order.
struct Translation {
  std::string_view en, zh;
};

/// What src/cli, src/ops, src/io, src/profiles and the merging of labels say.
[[nodiscard]] std::span<const Translation> command_messages();
/// What the containers, keys and C2PA stores say.
[[nodiscard]] std::span<const Translation> container_messages();
/// What text watermarks and tokenizers say.
[[nodiscard]] std::span<const Translation> text_messages();
/// What explicit labels say.
[[nodiscard]] std::span<const Translation> mark_messages();
/// What audible labels say.
[[nodiscard]] std::span<const Translation> sound_messages();
/// What drawing labels into pictures says.
[[nodiscard]] std::span<const Translation> picture_messages();
/// What is wrong with certificates and signers.
[[nodiscard]] std::span<const Translation> key_messages();
/// What scans of corpora and data sets say.
[[nodiscard]] std::span<const Translation> scan_messages();
/// What is said about labels in films.
[[nodiscard]] std::span<const Translation> film_messages();
/// What the parser of the command line says.
[[nodiscard]] std::span<const Translation> parser_messages();
/// All of the above; those of the parser last.
[[nodiscard]] std::span<const std::span<const Translation>> catalogue();

[[nodiscard]] std::string in_chinese(std::string_view message);

}  // namespace colophon::cli
