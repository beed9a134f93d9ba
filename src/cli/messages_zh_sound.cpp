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
    {"the sound has {} samples per second, too few for a label that people understand; convert it "
     "to at least {}",
     "声音每秒只有 {} 个采样，不足以让人听清标识；请先转换为至少 {}"},
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
    {"no frame of MPEG audio was found behind the tags; frames of free format are not read here",
     "标签之后未找到 MPEG 音频帧；此处不读取自由格式的帧"},
    {"no label is put into MPEG audio of layer I; convert it to MP3 first",
     "无法在 MPEG 音频 Layer I 中写入标识；请先转换为 MP3"},
    {"the encoder makes no frames that fit into this file ({} Hz, {} channels, {} bit/s)",
     "编码器无法产生适合该文件的帧（{} Hz，{} 声道，{} bit/s）"},
    {"the file has too many frames", "文件中的帧过多"},
    {"no whole frame of sound is in the file", "文件中没有完整的音频帧"},
    {"the block STREAMINFO is missing", "缺少 STREAMINFO 块"},
    {"the block STREAMINFO tells no usual sample rate", "STREAMINFO 块没有常用的采样率"},
    {"the blocks of this FLAC stream differ although it says that they do not",
     "该 FLAC 流声明各块等长，实际并不相等"},
    {"a frame is damaged, or the file is cut: its checksum is not right; get the whole file",
     "有一帧已损坏，或文件被截断：校验和不符；请取得完整文件"},
    {"there is no frame behind the metadata", "元数据之后没有音频帧"},
    {"the file says that it has {} samples, but there are {}: a frame is damaged or missing",
     "文件声明有 {} 个采样，实际有 {} 个：有帧损坏或缺失"},
    {"the last frame cannot be decoded", "最后一帧无法解码"},
    {"a frame has changed meanwhile", "有一帧在此期间发生了变化"},
    {"the file with the label has {} samples that can be decoded instead of {}; nothing is "
     "written",
     "带标识的文件可解码 {} 个采样，而应为 {} 个；未写入任何内容"},
    {"the programme would not be the same behind the label; nothing is written",
     "加入标识后节目内容会改变；未写入任何内容"},
    {"the sound is AAC of a kind that a label cannot be put between (only AAC-LC of one usual "
     "layout can); convert it to plain AAC-LC first",
     "声音是无法插入标识的 AAC 类型（只支持常规声道布局的 AAC-LC）；请先转换为普通 AAC-LC"},
    {"the sound is no AAC; convert it to AAC-LC first", "声音不是 AAC；请先转换为 AAC-LC"},
    {"the description of the sound (esds) makes no sense", "声音的描述（esds）内容不合理"},
    {"the encoder makes no AAC that fits into this file; convert the file first",
     "编码器无法产生适合该文件的 AAC；请先转换文件"},
    {"no frame of AAC was found behind the tags", "标签之后未找到 AAC 帧"},
    {"the frames of this AAC file hold several blocks each", "该 AAC 文件的每帧含有多个数据块"},
    {"a frame of the label is too large", "标识的一帧过大"},
    {"the boxes inside the movie box make no sense", "moov box 内部的 box 结构不合理"},
    {"the box {} makes no sense", "{} box 的内容不合理"},
    {"the film would be longer than its header can say", "时长会超过文件头所能表示的上限"},
    {"the movie box is larger than the cap", "moov box 超过上限"},
    {"m4a: the sound is played by an edit list of several parts, which a label cannot be put into",
     "m4a：声音由多段编辑列表播放，无法插入标识"},
    {"m4a: the sound has a table {}, which a label cannot be put into",
     "m4a：声音带有 {} 表，无法插入标识"},
    {"m4a: the file is made of fragments, which a label cannot be put between",
     "m4a：文件由分段组成，无法插入标识"},
    {"m4a: the file has {} sound tracks instead of one", "m4a：文件有 {} 条音轨，而不是一条"},
    {"m4a: the time scale of the sound has no whole number for a packet",
     "m4a：按声音的时间刻度，一个数据包的时长不是整数"},
    {"m4a: the file has a box {} whose positions a label would make wrong",
     "m4a：文件有 {} box，插入标识会使其中的位置出错"},
    {"m4a: the last box has no size, and none would fit",
     "m4a：最后一个 box 没有长度，而实际长度又放不下"},
    {"a label can be put into Ogg files with Opus alone; convert the file to Opus, FLAC or MP3 "
     "first",
     "在 Ogg 文件中只能为 Opus 写入标识；请先转换为 Opus、FLAC 或 MP3"},
    {"the Ogg file has several streams, or one behind the other, which a label cannot be put "
     "between",
     "Ogg 文件含有多条流（或首尾相接的流），无法插入标识"},
    {"the Opus file has more than two channels, which a label cannot be put between",
     "Opus 文件超过两个声道，无法插入标识"},
    {"the comment header is missing", "缺少注释头"},
    {"a page of the Ogg file is missing", "Ogg 文件缺少一页"},
    {"a packet of the Opus file is damaged", "Opus 文件有一个数据包已损坏"},
    {"the file has too many pages", "文件中的页过多"},
    {"the Opus stream goes on behind its end", "Opus 流在其结束标记之后仍有内容"},
    {"the headers of the Opus stream share a page with its sound", "Opus 流的头部与声音在同一页上"},
    {"the checksum of a page is not right; get the whole file",
     "有一页的校验和不符；请取得完整文件"},
    {"the file ends before its sound does; get the whole file",
     "文件在声音结束之前就结束了；请取得完整文件"},
    {"the encoder makes no Opus that fits into this file", "编码器无法产生适合该文件的 Opus"},
};

}  // namespace

std::span<const Translation> sound_messages() {
  return kSound;
}

}  // namespace colophon::cli
