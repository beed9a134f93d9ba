// SPDX-License-Identifier: Apache-2.0
// colophon-media: decodes one thing for the library that started it (docs/worker.md). It is no
// command for people.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <map>
#include <sstream>

#include "media/film_protocol.hpp"
#include "media/worker_protocol.hpp"
#include "worker/film_reel.hpp"
#include "worker/sandbox.hpp"
#include "worker/sound.hpp"
#include "worker/worker.hpp"

namespace colophon::worker {

void scale_sides(Copy& copy, unsigned side) {
  const unsigned longest = std::max(copy.width, copy.height);
  if (longest == 0) throw Failed("it has no pixels");
  const auto scaled = [&](unsigned length) {
    const std::uint64_t rounded = (std::uint64_t{length} * side + longest / 2) / longest;
    return longest <= side ? length : static_cast<unsigned>(std::max<std::uint64_t>(rounded, 1));
  };
  copy.columns = scaled(copy.width);
  copy.rows = scaled(copy.height);
}

namespace {

struct Request {
  std::string word;
  std::map<std::string, std::string> values;
  std::uint64_t parts_at = 0;  ///< what stands behind the line
  [[nodiscard]] std::int64_t number(const std::string& name, std::int64_t otherwise,
                                    std::int64_t least, std::int64_t most) const {
    const auto found = values.find(name);
    if (found == values.end()) return otherwise;
    const std::int64_t value = std::strtoll(found->second.c_str(), nullptr, 10);
    if (value < least || value > most) throw Failed(name + " is out of range");
    return value;
  }
};

Request read_request() {
  std::string line(4096, '\0');
  const ssize_t size = read(STDIN_FILENO, line.data(), line.size());
  line.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::size_t end = std::min(line.find('\n'), line.size());
  std::istringstream words(line.substr(0, end));
  std::string version;
  Request request;
  request.parts_at = end + 1;
  words >> version >> request.word;
  if (version != kVersion) throw Failed("the request is of another version");
  for (std::string pair; words >> pair;) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos) throw Failed("the request cannot be read");
    request.values[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return request;
}

/// The lines of an answer, and the bytes behind them.
std::string with_body(const std::string& lines, const std::string& body) {
  return std::string(kVersion) + " ok\n" + lines + "bytes=" + std::to_string(body.size()) + "\n\n" +
         body;
}

std::string sound_answer(const Request& request) {
  SoundWanted wanted;
  wanted.rate = static_cast<int>(request.number("rate", 8000, 4000, 48000));
  wanted.from_us = request.number("from_us", 0, 0, INT64_MAX / 2);
  wanted.ends_us = request.number("ends_us", 0, 0, kMaxSound * 250'000LL / wanted.rate);
  wanted.span_us = request.number("span_us", 1, 1, kMaxSound * 1'000'000LL / wanted.rate);
  std::string body;
  const std::string lines = decode_sound(wanted, body);
  return with_body(lines, body);
}

std::string encode_answer(const Request& request) {
  SoundEncoding wanted;
  const auto codec = request.values.find("codec");
  if (codec != request.values.end()) wanted.codec = codec->second;
  wanted.rate = static_cast<int>(request.number("rate", 0, 1, 1'000'000));
  wanted.channels = static_cast<int>(request.number("channels", 0, 1, 64));
  wanted.bit_rate = request.number("bit_rate", 0, 0, 10'000'000);
  wanted.joint = request.number("joint", 1, 0, 1) == 1;
  wanted.quality = static_cast<int>(request.number("quality", -1000, -100, 1000));
  std::string body;
  const std::string lines = encode_sound(wanted, body);
  return with_body(lines, body);
}

std::string samples_answer() {
  std::string body;
  const std::string lines = exact_samples(kMaxExact, body);
  return with_body(lines, body);
}

std::string answer_to(const Request& request) {
  const std::string good = std::string(kVersion) + " ok\n";
  if (request.word == "probe") return good + probe() + "\n";
  if (request.word == "sound") return sound_answer(request);
  if (request.word == "encode") return encode_answer(request);
  if (request.word == "samples") return samples_answer();
  if (request.word == "digest") {
    return good +
           digest_sound(request.number("from", 0, 0, INT64_MAX / 2),
                        request.number("count", 0, 0, INT64_MAX / 2)) +
           "\n";
  }
  if (request.word != "picture") throw Failed("the request is unknown");
  Wanted wanted;
  wanted.side = static_cast<unsigned>(request.number("side", 256, 1, kMaxSide));
  wanted.at_us = request.number("at_us", 0, 0, INT64_MAX / 2);
  wanted.channels = request.number("channels", 1, 1, 3) == 1 ? 1 : 3;
  const auto as = request.values.find("as");
  const bool heif = as != request.values.end() && as->second == "heif";
  const Copy copy = heif ? heif_picture(wanted) : film_picture(wanted);
  std::string out =
      good + "width=" + std::to_string(copy.width) + "\nheight=" + std::to_string(copy.height) +
      "\ncolumns=" + std::to_string(copy.columns) + "\nrows=" + std::to_string(copy.rows) +
      "\nbytes=" + std::to_string(copy.bytes.size()) + "\n\n";
  return out.append(copy.bytes.begin(), copy.bytes.end());
}

std::string error_of(std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  return std::string(kVersion) + " error\nmessage=" + message + "\n\n";
}

bool put(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t size = write(STDOUT_FILENO, text.data() + at, text.size() - at);
    if (size <= 0) return false;
    at += static_cast<std::size_t>(size);
  }
  return true;
}

/// Answers in records. False: the request is of another kind.
bool do_film_work(const Request& request) {
  const auto work = request.word == "film-label"     ? film_label
                    : request.word == "film-compare" ? film_compare
                    : request.word == "film-look"    ? film_look
                    : request.word == "film-remake"  ? film_remake
                    : request.word == "still-label"  ? still_label
                    : request.word == "sound-remake" ? sound_remake
                                                     : nullptr;
  if (work == nullptr) return false;
  try {
    work(request.parts_at);
    put_record(Record::Done, nullptr, 0);
  } catch (const std::exception& error) {
    const std::string message = error.what();
    put_record(Record::Error, message.data(), message.size());
  }
  return true;
}

}  // namespace
}  // namespace colophon::worker

int main() {
  using namespace colophon::worker;
  if (lseek(kMediaDescriptor, 0, SEEK_CUR) < 0 || isatty(STDIN_FILENO) != 0) {
    std::fputs("colophon-media is started by colophon, not by people\n", stderr);
    return 2;
  }
  (void)close_range(kMediaDescriptor + 1, ~0U, 0);
  try {
    const Request request = read_request();
    Budget budget;
    budget.memory_mib = static_cast<std::uint64_t>(
        request.number("memory_mib", static_cast<std::int64_t>(budget.memory_mib), 64, 1 << 16));
    budget.seconds = static_cast<std::uint64_t>(
        request.number("seconds", static_cast<std::int64_t>(budget.seconds), 1, 1 << 20));
    if (!give_up_rights(budget)) throw Failed("the system gives no sandbox to decode in");
    if (do_film_work(request)) return 0;
    return put(answer_to(request)) ? 0 : 1;
  } catch (const std::exception& error) {
    return put(error_of(error.what())) ? 0 : 1;
  }
}
