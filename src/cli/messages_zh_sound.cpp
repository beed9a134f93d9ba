// SPDX-License-Identifier: Apache-2.0
// The catalogue of what audible labels say; a test finds each entry in the sources.
#include "cli/messages.hpp"

namespace colophon::cli {
namespace {

constexpr Translation kSound[] = {
    {"there is no spoken label in the language \"{}\"; there is one in {}",
     "没有语言“{}”的语音标识；现有：{}"},
    {"neither the rhythm nor spoken words are asked for", "既没有要求节奏标识，也没有要求语音标识"},
    {"a label of a sound stands at its start, its end, or both",
     "音频的标识位于起始、末尾，或两处都有"},
    {"there is no sound in the file: a label would be all that is heard",
     "文件中没有声音：写入后只会听到标识本身"},
    {"{}: no audible label can be put into this container here; convert it to WAV, FLAC, MP3 or "
     "M4A first",
     "{}：此处无法在这种容器中写入可听的标识；请先转换为 WAV、FLAC、MP3 或 M4A"},
    {"no sound of the file can be decoded", "文件中的声音无法解码"},
    {"the labels to put in would take more memory than is allowed",
     "要写入的标识所需内存超过允许的上限"},
    {"there is no sound in the file: the chunk fmt or data is missing",
     "文件中没有声音：缺少 fmt 或 data 块"},
    {"wav: the sound is compressed (format {}), and a label can be put into uncompressed sound "
     "alone; convert it to PCM first",
     "wav：声音经过压缩（格式 {}），标识只能写入未压缩的声音；请先转换为 PCM"},
    {"aiff: the sound is compressed ({}), and a label can be put into uncompressed sound alone; "
     "convert it to AIFF or WAV with PCM first",
     "aiff：声音经过压缩（{}），标识只能写入未压缩的声音；请先转换为 PCM 的 AIFF 或 WAV"},
    {"the chunk fmt makes no sense: {} channels, {} Hz, {} bits, blocks of {} bytes",
     "fmt 块的内容不合理：{} 声道，{} Hz，{} 位，每块 {} 字节"},
    {"the chunk COMM makes no sense: {} channels, {} Hz, {} bits",
     "COMM 块的内容不合理：{} 声道，{} Hz，{} 位"},
    {"there is no sound in the file: the chunk COMM or SSND is missing",
     "文件中没有声音：缺少 COMM 或 SSND 块"},
    {"the sound begins behind the end of its chunk", "声音的起点在其数据块末尾之后"},
    {"wav: the sound is kept in pieces (LIST wavl), which a label is not put into",
     "wav：声音分段存放（LIST wavl），无法写入标识"},
    {"wav: the sound is a scene of objects with times (ADM, chunk chna), which a label would make "
     "wrong",
     "wav：声音是带有时间的对象场景（ADM，chna 块），写入标识会使其出错"},
    {"wav: there are two chunks data", "wav：有两个 data 块"},
    {"with the label the file would have more samples than its tables can say",
     "加上标识后，采样数会超过文件中的表所能表示的上限"},
    {"with the label the sound is larger than a RIFF file can say; convert it to RF64 first",
     "加上标识后，声音超过 RIFF 文件所能表示的大小；请先转换为 RF64"},
};

}  // namespace

std::span<const Translation> sound_messages() {
  return kSound;
}

}  // namespace colophon::cli
