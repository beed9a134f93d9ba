// SPDX-License-Identifier: Apache-2.0
// The catalogue of what text watermarks and tokenizers say; a test finds each entry in the sources.
#include "cli/messages.hpp"

namespace colophon::cli {
namespace {

constexpr Translation kText[] = {
    {"there is no key; give --key or --keys", "没有密钥；请用 --key 或 --keys 给出"},
    {"watermark keys need the model's vocabulary: --watermark-tokenizer FILE, or "
     "watermark_tokenizer in colophon.toml",
     "水印密钥需要模型的词表：--watermark-tokenizer 文件，或 colophon.toml 中的 "
     "watermark_tokenizer"},
    {"there is no scheme \"{}\"", "没有名为“{}”的方案"},
    {"\"{}\" is no number", "“{}”不是数字"},
    {"two keys are called \"{}\"", "有两个密钥都叫“{}”"},
    {"\"{}\" and \"{}\" are one key to the scheme {}", "“{}”与“{}”对方案 {} 而言是同一个密钥"},
    {"line {} of the keys: {}", "密钥第 {} 行：{!}"},
    {"a word is no number of 64 bits (decimal, or hexadecimal with 0x)",
     "有一个字不是 64 位数（十进制，或以 0x 开头的十六进制）"},
    {"a key has at most 64 words", "一个密钥最多 64 个字"},
    {"there is no key", "这里没有密钥"},
    {"a name has between 1 and 128 bytes of UTF-8", "名称应为 1 到 128 字节的 UTF-8"},
    {"a name is one line without = and #, at most 128 bytes",
     "名称只能是一行，不含 = 和 #，最多 128 字节"},
    {"more than 1,000,000 keys", "密钥超过 1,000,000 个"},
    {"a text is marked with one key; {} were given", "一段文本只用一个密钥；给出了 {} 个"},
    {"text needs the model's vocabulary: --tokenizer FILE", "文本需要模型的词表：--tokenizer 文件"},
    {"token {} at index {} is not in the vocabulary of {}",
     "词元 {}（序号 {}）不在大小为 {} 的词表中"},
    {"expected {} at index {}", "应为{!}，序号 {}"},
    {"expected {}", "应为{!}"},
    {"a token id (0 to 2147483647)", "词元编号（0 到 2147483647）"},
    {"a logit", "logit 值"},
    {"a comma or the end of the list", "逗号或列表结尾"},
    {"the end of the line", "行尾"},
    {"the record has neither a list \"{}\" nor a text \"{}\"",
     "记录中既没有列表“{}”，也没有文本“{}”"},
    {"{} bytes are no whole number of 32-bit token ids", "{} 字节不是整数个 32 位词元编号"},
    {"this is no list of token ids; for text give --tokenizer, for 32-bit numbers --input binary",
     "这不是词元编号列表；文本请给出 --tokenizer，32 位数请用 --input binary"},
    {"the document is larger than {} bytes", "文档超过 {} 字节"},
    {"the line has {} bytes; at most {} are read", "该行有 {} 字节；最多读取 {} 字节"},
    {"a step has no \"{}\"", "步骤中没有“{}”这一项"},
    {"the line asks for nothing: give logits, prompt, accept or reset",
     "该行没有任何请求：请给出 logits、prompt、accept 或 reset"},
    {"the temperature must be above 0: without chance there is no mark",
     "温度必须大于 0：没有随机性就没有水印"},
    {"a prompt comes before the first step; reset first", "提示应在第一步之前；请先 reset"},
    {"{} ids, but {} logits", "有 {} 个编号，但有 {} 个 logit"},
    {"the table holds more than 0 and 1", "表中有 0 和 1 以外的值"},
    {"the table has {} bytes; {} bits or bytes are expected", "表有 {} 字节；应为 {} 位或字节"},
    {"the parameters need \"beta\" and \"delta\"", "参数需要“beta”和“delta”"},
    {"this scheme needs the size of the model's vocabulary", "此方案需要模型词表的大小"},
    {"the key \"{}\": {}", "密钥“{}”：{!}"},
    {"a key of this scheme is one word of 64 bits, not {}",
     "此方案的密钥是一个 64 位字，而不是 {} 个"},
    {"a SynthID key has between 1 and 64 words, not {}",
     "SynthID 密钥有 1 到 64 个字，而不是 {} 个"},
    {"lists of green tokens are drawn from at most 16,777,216 tokens",
     "绿色词元列表最多从 16,777,216 个词元中抽取"},
    {"token {} at index {} is outside the vocabulary of {}: is it the tokenizer of the model that "
     "wrote the text?",
     "词元 {}（序号 {}）不在大小为 {} 的词表中：这是写出该文本的模型的分词器吗？"},
    {"the share of green tokens must lie between 0 and 1", "绿色词元的比例须在 0 与 1 之间"},
    {"the rate of false positives must lie between 0 and 1", "误报率须在 0 与 1 之间"},
    {"the entropy must lie between 0 and 20 nats", "熵须在 0 与 20 奈特之间"},
    {"the context has between 1 and 64 tokens", "上下文应有 1 到 64 个词元"},
    {"a logit is not a finite number", "有一个 logit 不是有限数"},
    {"every token is excluded", "所有词元都被排除"},
    {"the file has no vocabulary (tokenizer.ggml.model)", "文件中没有词表（tokenizer.ggml.model）"},
    {"vocabularies of the kind \"{}\" (tokenizer.ggml.model) are not read; gpt2 and llama are",
     "不读取“{}”类词表（tokenizer.ggml.model）；可读取 gpt2 和 llama"},
    {"the file does not say how text is split (tokenizer.ggml.pre); convert the model again with a "
     "newer converter",
     "文件没有说明文本如何切分（tokenizer.ggml.pre）；请用较新的转换工具重新转换模型"},
    {"the pre-tokenizer \"{}\" (tokenizer.ggml.pre) is not known",
     "不认识预切分方式“{}”（tokenizer.ggml.pre）"},
    {"this is neither a GGUF file nor a tokenizer.json; a SentencePiece .model or tiktoken file "
     "must be converted to one of these",
     "这既不是 GGUF 文件也不是 tokenizer.json；SentencePiece .model 或 tiktoken "
     "文件须先转换为其中一种"},
    {"the {} \"{}\" is not built", "尚未实现：{} “{}”"},
    {"words of {} characters are not cut", "不切分长达 {} 个字符的词"},
    {"\"precompiled_charsmap\" is not base64", "“precompiled_charsmap”不是 base64"},
    {"the character map (precompiled_charsmap) is cut off",
     "字符映射表（precompiled_charsmap）不完整"},
    {"the character map (precompiled_charsmap) is not UTF-8",
     "字符映射表（precompiled_charsmap）不是 UTF-8"},
    {"the model \"{}\" is not built", "尚未实现模型“{}”"},
    {"\"{}\" of {} is not known here", "不认识“{}”（属于 {}）"},
    {"\"{}\" is not in the vocabulary", "“{}”不在词表中"},
    {"the regular expression \"{}\" uses {}, which is not carried over",
     "正则表达式“{}”用到了 {}，无法转写"},
    {"the regular expression \"{}\" cannot be used: {}", "正则表达式“{}”无法使用：{}"},
    {"the regular expression \"{}\" gives up: {}", "正则表达式“{}”放弃匹配：{}"},
    {"the text is not UTF-8", "文本不是 UTF-8"},
    {"the file is not UTF-8", "文件不是 UTF-8"},
    {"a text of {} bytes; cut it into documents", "文本有 {} 字节；请切分成多个文档"},
    {"the file ends inside its header", "文件在头部中间结束"},
    {"token id {} is given twice", "词元编号 {} 出现两次"},
    {"tokens {} and {} are the same", "词元 {} 与 {} 相同"},
};

}  // namespace

std::span<const Translation> text_messages() {
  return kText;
}

}  // namespace colophon::cli
