// SPDX-License-Identifier: Apache-2.0
// Labels in pictures: whatever the file, a plan is carried out whole, and what comes out is the
// same kind of picture, which can be searched.
#include "marks/marks.hpp"

#include "base/text.hpp"
#include "marks/picture_find.hpp"
#include "targets.hpp"

namespace colophon::fuzz {
namespace {

/// Pictures of 72 x 64 pixels, made with ImageMagick.
constexpr std::pair<std::string_view, std::string_view> kSeeds[] = {
    {"jpeg",
     "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmB"
     "anGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCABAAEgBAREA/8QAFgABAQEAAAAAAAAAAAAAAAAAAAQG"
     "/8QAFRABAQAAAAAAAAAAAAAAAAAAABP/2gAIAQEAAD8A0NChQoUKFChRNQoUKFChQoUS0KFChQoUKFE1ChQo"
     "UKFChRLQoUKFChQoUS0KFChQoUKFE1ChQoUKFChRLQoUKFChQoUf/9k="},
    {"jpeg",
     "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmB"
     "anGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSk"
     "pKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wgARCABAAEgDASIAAhEBAxEB/8QAFgABAQEAAAAA"
     "AAAAAAAAAAAAAAEE/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAME/9oADAMBAAIQAxAAAAHOie+oKgqCoIi8qgqC"
     "oKgiLSqCoKgqCItGoKgqCoP/xAAUEAEAAAAAAAAAAAAAAAAAAABg/9oACAEBAAEFAhH/xAAVEQEBAAAAAAAA"
     "AAAAAAAAAAAAEf/aAAgBAwEBPwGqqqqqqqqqqqqq/8QAFREBAQAAAAAAAAAAAAAAAAAAABH/2gAIAQIBAT8B"
     "iIiIiIiIiIiIiP/EABQQAQAAAAAAAAAAAAAAAAAAAGD/2gAIAQEABj8CEf/EABQQAQAAAAAAAAAAAAAAAAAA"
     "AGD/2gAIAQEAAT8hEf/aAAwDAQACAAMAAAAQDDDDDNNNNN88888//wD/AP8A/8QAFBEBAAAAAAAAAAAAAAAA"
     "AAAAQP/aAAgBAwEBPxAn/wD/AP8A/8QAFBEBAAAAAAAAAAAAAAAAAAAAQP/aAAgBAgEBPxAn/wD/AP8A/8QA"
     "FRABAQAAAAAAAAAAAAAAAAAAABH/2gAIAQEAAT8Qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
     "qqqq/9k="},
    {"png",
     "iVBORw0KGgoAAAANSUhEUgAAAEgAAABACAAAAACc1W72AAAALElEQVRYw+3MMREAAAgEoNfiVreEkwcBqMmN"
     "jkgkEolEIpFIJBKJRCKR6GG0sEQA/3egnSYAAAAASUVORK5CYII="},
    {"png",
     "iVBORw0KGgoAAAANSUhEUgAAAEgAAABACAMAAAH5Z/GOAAAACVBMVEXAwMBfX18eHh5hHEM+AAACHUlEQVRY"
     "w+1Xi3LEIAhk+f+PbqI8FjWmd5Np56YlFw8VARVcI7Il4HiNa/xRwKlxehBEneSO2jDXZ4UWfXhJH6uOQrqr"
     "p0rv6t7XCRy8NottFt0LTdvpxKLpecL1kqFWQ7RxiB2KadvkctN4x4YlyKZzAWwR0He11bOpD9RYsHOvfm+9"
     "Hl16zBuwqJJcBFZrtOhaqPHFNVlwLPZoFA/UIddy7Bi2i+1bbuiOerhL7G/+R0WtSSzLs4Q/lrDrPY8Y6fG0"
     "FdpHz6fF04cSrmr1ZO1hLBSwycMeTxXMegNFSDpN9GTJcXxyW0xX25NQHH5x3mfe+Zsw5ELmV+YdqpvimbrK"
     "M8pP05mZzYApPGg+jesMDl5xS9dprjlcwGmuCyl1c46EmbkIFDjzbjwL4ihQOw0sg+H4EGVCBuMGSkeYrWfB"
     "QujlA+OHhf7pn54m3LThfgD2Yqidk7Tfeui2gtGHERVQFKHYSchwQRQ38roUZlNl9Q7sG4ptkCYyQsiRM/Kr"
     "mIumhN/WylNZ/iUIMQwFHPE/44sMEj6e9bgUwkrho7c4HVDgS1PrCY9DIUXXAFBX9YTQRZ3cfQ/eFp6+C5Lc"
     "y1Ij8uqmNvWIcUqfVENdodmk5dPLS/WPMiV5+vPG+ipGE2gf1B2hGa/nOj1jtzNiKBz3/hU/+xSwHj7L3K70"
     "dUFQby/oEhAWz+91llOSHdv4/sGsy38L1x+7IPxxRV8ijQ6fc2voMwAAAABJRU5ErkJggg=="},
    {"webp", "UklGRiQAAABXRUJQVlA4TBcAAAAvR8APAAfQv/71r/8BICH8ny9F9D/1AQA="},
    {"webp",
     "UklGRpgAAABXRUJQVlA4WAoAAAAQAAAARwAAPwAAQUxQSCwAAAABGYBI2h97iYj+p6CobSOm/Cn3BoG+bkZM"
     "gJCAoOo+ZFDRlDOkk9QhX8FfAFZQOCBGAAAA8AMAnQEqSABAAD85nMleLysopKGoAeAnCWkA1bgE+cOHDhxU"
     "Gv1o0AD+5AF/g2SKc5f/+N4/uU/xT46AFXtsVRPzHAAAAA=="},
    {"webp",
     "UklGRvgAAABXRUJQVlA4WAoAAAACAAAARwAAPwAAQU5JTQYAAAD/////AABBTk1GagAAAAAAAAAAAEcAAD8A"
     "ADIAAAJWUDggUgAAADAEAJ0BKkgAQAA+kUigTKWkIyIhqACwEglpANQGgAANt4xX506dOnTYAAD+7qY//4Dd"
     "fFtMv/9zgf9zgf9zgfxtRiQk6mEr1OkmT2sAayAAAABBTk1GWgAAAAAAAAAAAEcAAD8AADIAAABWUDggQgAA"
     "ADQDAJ0BKkgAQAA+kUCZTIIaAAEglpAAAMmQD7aQ2C3TgnAA/vVYv//7nA//2cD//ZwP46//Xqlrk6P4xMKO"
     "AAAAAFJJRkZeAAAAV0VCUFZQOCBSAAAAMAQAnQEqSABAAD6RSKBMpaQjIiGoALASCWkA1AaAAA23jFfnTp06"
     "dNgAAP7upj//gN18W0y//3OB/3OB/3OB/G1GJCTqYSvU6SZPawBrIAAAAA=="},
    {"bmp",
     "Qk0+AwAAAAAAAD4AAAAoAAAASAAAAEAAAAABAAEAAAAAAAADAAAAAAAAAAAAAAIAAAACAAAA////AAAAAAD/"
     "//////////8AAAD///////////8AAAD///////////8AAAD///////////8AAAD///////////8AAAD/////"
     "//////8AAAD///////////8AAAD///////////8AAAD///////////8AAAD///////////8AAAD/////////"
     "//8AAAD///////////8AAAD///////////8AAAD///////////8AAAD///////////8AAAD///////////8A"
     "AAD////////+7/8AAAD+//7///////8AAAD/7//f/////98AAAB/93//7u7+//8AAADfvd+9d3d3570AAAD3"
     "//f/39///f8AAAB9533n////f+cAAADbfdt9traq630AAADX19fXdfd3dXsAAAB9fX19313d390AAABWVlZW"
     "OXPuOWMAAADb29vb7c6q7b4AAACZmZmZYrYrYtYAAABmZmZm323232sAAADd3d3dVbVbVaYAAABmZmZmqkqk"
     "qlUAAACZmZmZVbVbVaoAAABEREREmkmkmlUAAACZmZmZSZKZKQQAAABmZmZmlClClLkAAAAkJCQkgkhmgkgA"
     "AACVlZWVOVMAOWMAAABBQUFBRBTdRAQAAAAUFBQUIUIAIVEAAABBJEEkEhIAQSgAAAAYQRhBhISqGAEAAAAA"
     "EAAQAQEAAEAAAABCBEIEICAiQhgAAAAAARABREQAEAAAAAAEAAgAAAAACAAAAAAAgACAAAAIAAAAAAAAAAAA"
     "AAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
     "AAAAAAAAAAAAAAA="},
    {"gif",
     "R0lGODlhSABAAPEAAB4eHl9fX6CgoOHh4SH5BAAAAAAAIf8LSW1hZ2VNYWdpY2sOZ2FtbWE9MC40NTQ1NDUA"
     "LAAAAABIAEAAQAL+nI+py+0Po5w0CXPzuBt3rXXfCJKjWHKpwLbuC8fyTNds0OJCoPN3D/wJd7ji7oY09pLH"
     "pZIXAECn1Km0is1qt9woTwr2isPhcfQKQKu/ZbS3/T6n5/S6/Y7P6/f2iv8PeLLB4aEiUohAqHhAKMiSiPEY"
     "OQiSYXn5YUmZOcjZsvn4WaNzhGRaikoalJNK2pTjCqRKREU7ZQuFi9VUVEWrqwt1ZfUlZizMNly8bKxcdkYs"
     "JwyWJl3NZ01dJ2eXTcfNFy4+Tn4XeI6err6usDh5COnxbiFPXy/ZiAKPEsI4ma8i4LtQ9gj60+QCFCaCoi4t"
     "DAXxISWHExPaaDijYsT+Fwot0nDFCpXIkCCHlEwVksgpU6t8qHzpMmZLI6WCLKlJk0munT549vr5q6dPlbd4"
     "2jpaa5dSX1uCJRXaJapULcqQHbPazA0Wrc7iwEFGjY1YaNC4iu1KhptabWzfzCl7La42r22/lQMnDi/bt3zL"
     "+f0LOLDgwYHZGT6MOLHixYwbs8snAfK+QO4cGLrHQPLlyfbiIfJ30LMJzPIa9YNnuhBCEqsrdcInsJOnFK9P"
     "VIJogiLu3Lw9sjYYkZHD4Ag5djz+2nhy2BebO3/OkXkNjTSoQ78e46T27KOwP98OA/zJminHp3Qx61R6lCvb"
     "iywZC718mDNN1n/Viyj+/Eqk9NOUaV+A9Olk1BNC7deTEEANxSBUuMACjIK1SChTgUxZ+JRTPmXxYIVTfdiF"
     "hheCGE1UVVFx4lVTVWXWMC4u80yKKprBTBYvWvWiVjQeo+ONO2LFIzFkhJXWkGXFQVY1SboRl1dHDsnXWXZJ"
     "GeWSYylpV5FVNlnXk29Zs5Zc2STTDZVMinnHknOlKVeWeICjJmFy5qHXnHbeiWeeeu7JZ5+EFQAAOw=="},
    {"gif",
     "R0lGODlhSABAAPAAAP8AAAAAACH5BAAFAAAAIf8LTkVUU0NBUEUyLjADAQAAACwAAAAASABAAAACSYSPqcvt"
     "D6OctNqLs968+w+G4kiW5omm6sq27gvH8kzX9o3n+s73/g8MCofEovGITCqXzKbzCY1Kp9Sq9YrNarfcrvcL"
     "DovHtAIAIfkEAQUAAQAsAAAAAEgAQACAAAD/AAAAAoOMj6nL7Q+jnLTai7PevPsPhuJIluaJpurKtu4Lx/JM"
     "1/aN5/rO9/4PDAqHxGIMgEwql8xmsuWMSpXQqbVZvWqR2e21652Cw9ExGcs6W81qarpdfsPRq7mTPcfD9W2+"
     "2n8GSCYYRuhluIWopfglZ+dW97jEuOYoCUApZimZKWX0CepRAAA7"},
    {"tiff",
     "SUkqADgBAACAP9/gCCQWDQeEQmFQuGQ2HQ+IRGJQhvPSCCEFxONRuOR2PR1eOmCEMLR+TSeUSmHptvQQyCGV"
     "TGZTOOHppwRCiyaTueT2DFhkQRTjefUWjSkbr2CMghUenU+NBZZQR0k2oVesQuAggD0UwAAALLMEhEJhULhk"
     "Nh0PiERiUTikVhDTTcEFhki0dj0fkEhkCySEEJpvkUplUrlkSSCFghvPUtmk1m0fmUEl83nk9n0Jk8Ekk/ol"
     "FlkbgkYo1Lpkdg0EgVNqVTh0BIA6SaAAAFllBIRCYVC4ZDYdD4hEYlE4pFYQyCFBBuvYtHY9H5BIZApxvBCw"
     "yJFKZVK5ZEkKLIIemnLZpNZtHzIIYIm29N59P6BCSGFoIvHTQaRSZYIQXBG89KVUalIX+/6nV6xDoCAAEAAA"
     "AQMAAQAAABgAAAABAQMAAQAAABgAAAACAQMAAwAAAP4BAAADAQMAAQAAAAUAAAAGAQMAAQAAAAIAAAAKAQMA"
     "AQAAAAEAAAARAQQAAwAAAAoCAAASAQMAAQAAAAEAAAAVAQMAAQAAAAMAAAAWAQMAAQAAAAgAAAAXAQMAAwAA"
     "AAQCAAAcAQMAAQAAAAEAAAApAQMAAgAAAAAAAQA9AQMAAQAAAAIAAAA+AQUAAgAAAEYCAAA/AQUABgAAABYC"
     "AAAAAAAAEAAQABAAZwBhAGcACAAAAG8AAADQAAAAhetRAAAAgADD9agAAAAAAs3MTAAAAAABzcxMAAAAgADN"
     "zEwAAAAAAo/C9QAAAAAQNxqgAAAAAAIrhwoAAAAgAA=="},
    {"tiff",
     "SUkqAMwAAAB42qXJEQKDAAAAwHA4HE6HwzANwzBMwzBMwzAM0zAM0zAM0/pBB53eGdw78Dt+w6/4BT/jJ/yI"
     "H/A9vsO3+AZf4yt8iS/wOT7Dp/gEH+MjfIj/43/4L/6Df+NfwTMXusUP4njapckRAoMAAADAcDgcTofDMA3D"
     "MEzDMEzDMAzTMAzTMAzT+kEHnd4Z3DvwO37Dr/gFP+Mn/Igf8D2+w7f4Bl/jK3yJL/A5PsOn+AQf4yN8iP/j"
     "f/gv/oN/41/BMxe6xQ/iDwAAAQMAAQAAACgAAAABAQMAAQAAACAAAAACAQMAAQAAAAgAAAADAQMAAQAAAAgA"
     "AAAGAQMAAQAAAAEAAAAKAQMAAQAAAAEAAAASAQMAAQAAAAEAAAAVAQMAAQAAAAEAAAAcAQMAAQAAAAEAAAAp"
     "AQMAAgAAAAAAAQA9AQMAAQAAAAIAAABCAQMAAQAAACAAAABDAQMAAQAAACAAAABEAQQAAgAAAIYBAABFAQMA"
     "AgAAAGIAYgAAAAAACAAAAGoAAAA="},
    {"tiff",
     "SUkqAEgAAACx/7H/sf+x/7H/sf+x/7H/sf+x/7H/sf+x/7H/sf+x/7H/sf+x/7H/sf+x/7H/sf+x/7H/sf+x"
     "/7H/sf+x/7H/DQAAAQMAAQAAACgAAAABAQMAAQAAACAAAAACAQMAAQAAABAAAAADAQMAAQAAAAWAAAAGAQMA"
     "AQAAAAEAAAAKAQMAAQAAAAEAAAARAQQAAQAAAAgAAAASAQMAAQAAAAEAAAAVAQMAAQAAAAEAAAAWAQMAAQAA"
     "ACAAAAAXAQQAAQAAAEAAAAAcAQMAAQAAAAEAAAApAQMAAgAAAAAAAQAAAAAA"},
    {"tiff",
     "SUkqACgBAAAzM0MzMzMzMzMzMzMzMzMzQzMzNEQzMzMzM0NDNDMzREREMzMzMzQzREREREREM0MzMzMzREQ0"
     "Q0REM0NEQ0REREREQkJEREQ0MzRERCRCQkREREREREREJEIkIiQiREREREIkRUVUVCIiIlRCQiRERFRFVVUi"
     "IiQiRERCVFVVUlVVIiVVIiUlVVVVVVVVVVVVRVVSVVVVERVVVVVRJUUiVRFVURVVVRUVERVVURVREQARVVER"
     "FVERFREREREAURUREREREREREBEQERERERABARERAQAAABEREBEBEQEREBAAAAERERAAAAARAQAAEREAEBER"
     "AAAAAAAAAAAAEQEQAAAAAAAAAAAAABAQAAAAAAAAAAAAEAEBAAAAAAAAAAAQAAABAwABAAAAGAAAAAEBAwAB"
     "AAAAGAAAAAIBAwABAAAABAAAAAMBAwABAAAAAQAAAAYBAwABAAAAAwAAAAoBAwABAAAAAQAAABEBBAABAAAA"
     "CAAAABIBAwABAAAAAQAAABUBAwABAAAAAQAAABYBAwABAAAAGAAAABcBBAABAAAAIAEAABwBAwABAAAAAQAA"
     "ACkBAwACAAAAAAABAD4BBQACAAAAfgIAAD8BBQAGAAAATgIAAEABAwAwAAAA7gEAAAAAAAAeGXxHE5Se3w+0"
     "3nQAAAAAAAAAAAAAAAAAAAAAAAAAAHUVskTjmp/n9L3UfQAAAAAAAAAAAAAAAAAAAAAAAAAAKRiXTd52uuI0"
     "rbprAAAAAAAAAAAAAAAAAAAAAAAAAACF61EAAACAAMP1qAAAAAACzcxMAAAAAAHNzEwAAACAAM3MTAAAAAAC"
     "j8L1AAAAABA3GqAAAAAAAiuHCgAAACAA"},
};

void run(std::string_view id, Bytes bytes) {
  const Format& format = *find_format(id);
  MemorySource source(bytes);
  if (!format.sniff(source)) return;
  MarkDemand demand;
  demand.texts = {"AI"};
  MarkEnv env;
  env.may_be_marked = false;  // the search is slow when every comparison is traced: see run_find
  const auto plan = plan_picture_mark(source, format, demand, env);
  if (!plan) return;
  MemorySink sink;
  must(execute(source, plan->splice, sink).has_value(), "a plan can be carried out");
  const ByteBuffer output = sink.take();
  MemorySource labelled(output);
  must(format.sniff(labelled), "a labelled picture is of the same kind");
  must(plan->marks.size() == 1 && plan->marks[0].glyph_height > 0, "a plan tells what it draws");
  const auto again = plan_picture_mark(labelled, format, demand, env);
  must(again.has_value() || again.error().code == ErrorCode::LimitExceeded,
       "it can be labelled again");
}

void run_find(Bytes bytes) {
  if (bytes.size() < 4) return;
  Plane plane;
  plane.width = 1 + (bytes[0] | (bytes[1] & 1U) << 8);
  plane.height = 1 + (bytes[2] | (bytes[3] & 1U) << 8);
  plane.samples.resize(std::size_t{plane.width} * plane.height);
  const Bytes rest = bytes.subspan(4);
  for (std::size_t i = 0; i < plane.samples.size() && !rest.empty(); ++i) {
    plane.samples[i] = rest[i % rest.size()];
  }
  for (const Mark& mark : find_marks_in_plane(plane, 0.3)) {
    must(mark.score >= 0.3 && mark.score <= 1.001, "scores are shares");
    must(mark.x <= plane.width && mark.y <= plane.height, "marks lie in the picture");
  }
}

Seeds seeds_of(std::string_view id) {
  Seeds seeds;
  for (const auto& [format, text] : kSeeds) {
    if (format != id) continue;
    if (auto bytes = base64_decode(text)) seeds.push_back(std::move(*bytes));
  }
  if (id == "svg")
    seeds = texts({"<svg viewBox='0 0 9 9'><g/></svg>", "<s:svg width='9cm' height='9'/>"});
  return seeds;
}

}  // namespace

void add_marks(std::vector<Target>& all) {
  for (const std::string_view id : {"jpeg", "png", "webp", "gif", "bmp", "tiff", "svg"}) {
    all.push_back({"mark_" + std::string(id), [id](Bytes bytes) { run(id, bytes); },
                   [id] { return seeds_of(id); }});
  }
  all.push_back({"find_marks", run_find, [] { return texts({"\x20\x01\x20\x01 AI"}); }});
}

}  // namespace colophon::fuzz
