// SPDX-License-Identifier: Apache-2.0
// Streams: any bytes, in one piece and one byte at a time, come out the same and whole.
#include "stream/labeller.hpp"
#include "targets.hpp"

namespace colophon::fuzz {
namespace {

std::string through(const StreamRequest& request, std::string_view text, std::size_t step) {
  stream::Labeller labeller(request);
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += step) {
    out += labeller.push(text.substr(at, step));
  }
  return out + labeller.finish().bytes;
}

/// `part` is left when some bytes of `whole` are taken out.
bool is_inside(std::string_view part, std::string_view whole) {
  std::size_t at = 0;
  for (const char c : whole) {
    if (at < part.size() && part[at] == c) ++at;
  }
  return at == part.size();
}

void run(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  for (const StreamKind kind : {StreamKind::Chat, StreamKind::Plain}) {
    for (const LabelPlace place : {LabelPlace::Start, LabelPlace::End}) {
      const StreamRequest request{kind, "AI", place,
                                  kind == StreamKind::Chat ? R"({"Label":"1"})" : "", 512};
      const std::string whole = through(request, text, text.size() + 1);
      must(whole == through(request, text, 1), "chunks do not change the output");
      must(is_inside(text, whole), "every byte is passed on, in order");
    }
    must(through({kind, "", LabelPlace::End, "", 512}, text, 7) == text, "no label, no change");
  }
}

}  // namespace

void add_streams(std::vector<Target>& all) {
  all.push_back({"stream", run, [] {
                   return texts(
                       {"data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":"
                        "\"a\"}}]}\n\ndata: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},"
                        "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
                        "event: x\r\ndata: {\"choices\":[\r\ndata: {\"delta\":{\"content\":\"a\"},"
                        "\"finish_reason\":\"stop\"}]}\r\n\r\n: c\r\rdata:[DONE]",
                        "\xEF\xBB\xBF\xE4\xBA\xBA"});
                 }});
}

}  // namespace colophon::fuzz
