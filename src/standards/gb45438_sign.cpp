// SPDX-License-Identifier: Apache-2.0
// Writing security data (TC260-PG-202511A) into a reserved code: the shape that the guide shows,
// within the characters of annex E j).
#include <fmt/core.h>

#include "base/text.hpp"
#include "standards/gb45438_lint.hpp"
#include "standards/gb45438_security.hpp"
#include "standards/gb45438_security_data.hpp"

namespace colophon {
namespace {

/// Annex A.1 joins the values without escapes, so a quote in one would let it pass for another.
Status check_values(const Label& label, LabelHalf half) {
  const bool production = half == LabelHalf::Production;
  for (const std::string& value : {production ? label.producer : label.propagator,
                                   production ? label.produce_id : label.propagate_id}) {
    if (value.empty())
      return fail(ErrorCode::Usage, "a value that is to be signed is empty", "sign");
    const auto foreign = gb45438::foreign_character(value, false);
    if (!foreign) continue;
    return fail(ErrorCode::Usage,
                fmt::format("\"{}\" cannot be signed: the message of annex A.1 has no way to write "
                            "\"{}\"; use the 27-character provider code",
                            value, *foreign),
                "sign");
  }
  return {};
}

/// Signatures on a curve stand as DER there, keys as SubjectPublicKeyInfo, both in capital hex.
std::string hex(Bytes bytes) {
  std::string text = hex_encode(bytes);
  for (char& c : text) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
  return text;
}

/// An INTEGER without a sign: as many bytes as needed.
void append_integer(ByteBuffer& out, Bytes number) {
  while (number.size() > 1 && number[0] == 0) number = number.subspan(1);
  const bool padded = number[0] >= 0x80;
  out.push_back(0x02);
  out.push_back(static_cast<std::uint8_t>(number.size() + (padded ? 1 : 0)));
  if (padded) out.push_back(0);
  append(out, number);
}

/// SEQUENCE { r, s } of r||s.
ByteBuffer in_der(Bytes raw) {
  ByteBuffer numbers;
  append_integer(numbers, raw.first(raw.size() / 2));
  append_integer(numbers, raw.subspan(raw.size() / 2));
  ByteBuffer out = {0x30};
  if (numbers.size() >= 0x80) out.push_back(0x81);
  out.push_back(static_cast<std::uint8_t>(numbers.size()));
  append(out, Bytes(numbers));
  return out;
}

bool is_on_curve(KeyKind kind) {
  return kind == KeyKind::Sm2 || kind == KeyKind::P256 || kind == KeyKind::P384 ||
         kind == KeyKind::P521;
}

}  // namespace

Result<std::string> make_security_data(const Label& label, LabelHalf half, Signer& signer) {
  TRY(check_values(label, half));
  const PublicKey key = signer.public_key();
  const std::string message = gb45438::message_of(label, half);
  const ByteBuffer raw = TRY(signer.sign(as_bytes(message)));
  const ByteBuffer signature = is_on_curve(key.kind()) ? in_der(raw) : raw;
  const std::string_view id = gb45438::id_of(signer.algorithm());
  const bool production = half == LabelHalf::Production;
  return fmt::format(
      R"({{"SecurityData":{{"Type":"TC260PG","Version":1,"PubSD":[{{"Type":"DS","AlgID":"{0}",)"
      R"("TBSData":{{"Type":"{1}"}},"Signature":"{2}"}},{{"Type":"PubKey","AlgID":"{0}",)"
      R"("KeyValue":"{3}"}}]{4}}}}})",
      id, gb45438::kCoversLabel, hex(signature), hex(key.spki()),
      production ? ""
                 : fmt::format(R"(,"Extension":{{"Message":"{}"}})", gb45438::kPropagationMessage));
}

}  // namespace colophon
