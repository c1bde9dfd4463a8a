#!/usr/bin/python3
"""Tiny tokenizers with the ids that they must give, written from the papers without the library.

Makes tokenizers/bert (vocab.txt), tokenizers/gpt2 (vocab.json, merges.txt) and, with Debian's python3-sentencepiece,
tokenizers/sentencepiece-bpe, tokenizers/sentencepiece-unigram and tokenizers/sentencepiece-bytes (tokenizer.model) and
tokenizers/xlm-roberta (tokenizer.json of the same pieces); each with expected.json.
WordPiece, byte-level BPE and Unigram are the plain, slow algorithms: no queue, no trie, no regular expression.
Offsets count UTF-16 units of the normalized text, as .NET does; a token that is a part of a character has the whole one.
"""
import base64
import collections
import json
import math
import os
import pathlib
import tempfile
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent / "tokenizers"
TEXTS = [
    "", " ", "the cat sat on the mat", "  The  Cat,\tSAT!\n\non it's mat...  ", "don't we'll I'M they've", "unhappiest words",
    "naïve café — «voilà» ﬁ", "价格 is ¥100 和 日本語 かな", "한국어 텍스트", "😀 emoji 👩‍👩‍👧 𝐀𝐁 𠮷", "a\u0000b\ufffdc\u200bd\u00ade", "$5+3=8 <b>_x_</b> ^`|~",
    "1234 ١٢٣ Ⅷ x²", "İstanbul ΑΣΟΦΌΣ ǅ", "e\u0301 n\u0303 \u212b", "\u3000wide\u00a0space\u2028line", "x" * 120, "[CLS] the [MASK] cat[SEP]", "<|endoftext|>the<|endoftext|>",
]
CORPUS = "the cat sat on the mat. the cats ate the rats that sat on the mats! unhappy words, happiest word; don't we'll 1234 café naïve 日本語 " * 3


def write(folder, name, text):
    (HERE / folder).mkdir(parents=True, exist_ok=True)
    (HERE / folder / name).write_text(text, encoding="utf-8")


def write_expected(folder, rows):
    write(folder, "expected.json", json.dumps(rows, ensure_ascii=True, separators=(",", ":")).replace("},{", "},\n{") + "\n")


def utf16(text):
    return len(text.encode("utf-16-le")) // 2


def in_utf16(text, spans):
    return [(utf16(text[:begin]), utf16(text[:end])) for begin, end in spans]


# WordPiece (Devlin et al., 2018)

BERT_PIECES = list(dict.fromkeys(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + list("abcdefghijklmnopqrstuvwxyz0123456789$+=<>_^`|~!.,;'/-—«»¥") + \
    ["##" + c for c in "abcdefghijklmnopqrstuvwxyz0123456789"] + \
    ["the", "cat", "sat", "on", "mat", "un", "##hap", "##pi", "##est", "word", "##s", "naive", "cafe", "voila", "价", "格", "日", "本", "語", "かな",
     "\u1112\u1161\u11ab", "##\u1100\u116e\u11a8", "is", "##10", "istan", "##bul", "emoji", "😀", "𠮷", "wide", "space", "line"]))


def bert_normalized(text):
    cleaned = ""
    for c in text:
        category = unicodedata.category(c)
        if c in "\t\n\r" or category in ("Zs", "Zl", "Zp"):
            cleaned += " "
        elif c not in "\0\ufffd" and not category.startswith("C"):
            cjk = any(lo <= ord(c) <= hi for lo, hi in ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
                                                        (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)))
            cleaned += f" {c} " if cjk else c
    bare = "".join(c for c in unicodedata.normalize("NFD", cleaned) if unicodedata.category(c) != "Mn")
    return "".join(c.lower() for c in bare)


def bert_words(normalized):
    words = [(0, "")]
    for place, c in enumerate(normalized):
        punctuation = (33 <= ord(c) <= 126 and not c.isalnum()) or unicodedata.category(c).startswith("P")
        if punctuation:
            words += [(place, c), (place + 1, "")]
        elif c.isspace():
            words.append((place + 1, ""))
        else:
            words[-1] = (words[-1][0], words[-1][1] + c)
    return [(begin, word) for begin, word in words if word]


def bert_tokens(text):
    """The normalized text, and pieces with the places where they begin and end in it."""
    for special in ("[CLS]", "[MASK]", "[SEP]"):
        if special in text:
            before, after = (bert_tokens(part) for part in text.split(special, 1))
            begin, end = len(before[0]), len(before[0]) + len(special)
            return before[0] + special + after[0], before[1] + [(special, begin, end)] + [(piece, b + end, e + end) for piece, b, e in after[1]]
    normalized, tokens = bert_normalized(text), []
    for place, word in bert_words(normalized):
        pieces, begin = [], 0
        while begin < len(word) <= 100:
            ends = [end for end in range(len(word), begin, -1) if ("##" if begin else "") + word[begin:end] in BERT_PIECES]
            if not ends:
                pieces, begin = [], len(word) + 1
                break
            pieces.append((("##" if begin else "") + word[begin:ends[0]], place + begin, place + ends[0]))
            begin = ends[0]
        tokens += pieces or [("[UNK]", place, place + len(word))]
    return normalized, tokens


def make_bert():
    write("bert", "vocab.txt", "\n".join(BERT_PIECES) + "\n")
    rows = [(text, *bert_tokens(text)) for text in TEXTS]
    write_expected("bert", [{"text": text, "ids": [BERT_PIECES.index(piece) for piece, _, _ in tokens], "normalized": normalized,
                             "offsets": in_utf16(normalized, [place[1:] for place in tokens])} for text, normalized, tokens in rows])


# Byte-level BPE (Radford et al., 2019; Sennrich et al., 2016)

PRINTABLE = [b for b in range(256) if 33 <= b <= 126 or 161 <= b <= 172 or 174 <= b <= 255]
HIDDEN = [b for b in range(256) if b not in PRINTABLE]
LETTER_OF = {b: chr(b) for b in PRINTABLE} | {b: chr(256 + i) for i, b in enumerate(HIDDEN)}


def kind(c):
    category = unicodedata.category(c)[0]
    return "space" if c.isspace() and c not in "\x1c\x1d\x1e\x1f" else {"L": "letter", "N": "number"}.get(category, "other")


def gpt2_words(text):
    """'s|'t|'re|'ve|'m|'ll|'d| ?letters| ?numbers| ?others|spaces before the last one|spaces"""
    words, i = [], 0
    while i < len(text):
        contraction = next((s for s in ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d") if text.startswith(s, i)), None)
        j = i + 1 if text[i] == " " and i + 1 < len(text) and kind(text[i + 1]) != "space" else i
        if contraction:
            end = i + len(contraction)
        elif kind(text[j]) != "space":
            end = j
            while end < len(text) and kind(text[end]) == kind(text[j]):
                end += 1
        else:
            end = i
            while end < len(text) and kind(text[end]) == "space":
                end += 1
            if end < len(text) and end - i > 1:
                end -= 1
        words.append((i, text[i:end]))
        i = end
    return words


def merge(pieces, pair):
    merged, i = [], 0
    while i < len(pieces):
        if tuple(pieces[i:i + 2]) == pair:
            merged.append(pieces[i] + pieces[i + 1])
            i += 2
        else:
            merged.append(pieces[i])
            i += 1
    return merged


def train_bpe(corpus, merges):
    counts = collections.Counter(tuple(LETTER_OF[b] for b in word.encode()) for _, word in gpt2_words(corpus))
    result = []
    id_of = {LETTER_OF[b]: i for i, b in enumerate(PRINTABLE + HIDDEN)}
    while len(result) < merges:
        pairs = collections.Counter()
        for word, count in counts.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += count
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], id_of[pair[0]], id_of[pair[1]]))
        id_of.setdefault(best[0] + best[1], len(id_of))
        result.append(best)
        counts = collections.Counter({tuple(merge(list(word), best)): count for word, count in counts.items()})
    return result


def bpe_tokens(text, vocabulary, merges, special):
    tokens = []
    for n, section in enumerate(text.split(special)):
        base = len(special.join(text.split(special)[:n]) + (special if n else ""))
        if n:
            tokens.append((vocabulary[special], base - len(special), base))
        for begin, word in gpt2_words(section):
            places = [begin + i for i, c in enumerate(word) for _ in c.encode()]
            pieces = [LETTER_OF[b] for b in word.encode()]
            for pair in merges:
                pieces = merge(pieces, pair)
            at = 0
            for piece in pieces:
                tokens.append((vocabulary[piece], base + places[at], base + places[at + len(piece) - 1] + 1))
                at += len(piece)
    return tokens


def without_spaces(text, begin, end):
    """trim_offsets: spaces at the edges of a token are left out; of nothing but spaces, the end is left."""
    while begin < end and text[begin] == " ":
        begin += 1
    while end > begin and text[end - 1] == " ":
        end -= 1
    return begin, end


def make_gpt2():
    merges = train_bpe(CORPUS, 100)
    pieces = [LETTER_OF[b] for b in PRINTABLE + HIDDEN] + [a + b for a, b in merges] + ["<|endoftext|>"]
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    write("gpt2", "vocab.json", json.dumps(vocabulary, ensure_ascii=False))
    write("gpt2", "merges.txt", "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    rows = [(text, bpe_tokens(text, vocabulary, merges, "<|endoftext|>")) for text in TEXTS]
    write_expected("gpt2", [{"text": text, "ids": [t[0] for t in tokens], "normalized": text, "offsets": in_utf16(text, [t[1:] for t in tokens]),
                             "trimmed": in_utf16(text, [without_spaces(text, *t[1:]) for t in tokens])} for text, tokens in rows])
    write("gpt2", "corpus.txt", CORPUS)


# SentencePiece (Kudo and Richardson, 2018), by its own implementation

RULES = {"ﬁ": "fi", "\u00a0": " ", "\u3000": " ", "e\u0301": "é", "A": "a", "AB": "xy", "q": "c", "q\u0303": "ca", "\r": " ", "\r\n": " "}


def hex_of(text):
    return " ".join(f"{ord(c):X}" for c in text)


def make_sentencepiece():
    import sentencepiece
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # The models name the files they were made of.
        corpus, rules = pathlib.Path("corpus.txt"), pathlib.Path("rules.tsv")
        corpus.write_text("\n".join(CORPUS.split(". ") + CORPUS.split("! ")), encoding="utf-8")
        rules.write_text("".join(f"{hex_of(text)}\t{hex_of(by)}\n" for text, by in RULES.items()), encoding="utf-8")
        common = {"input": str(corpus), "minloglevel": 2, "hard_vocab_limit": False, "num_threads": 1}
        for kind_, options in (("bpe", {"vocab_size": 360, "byte_fallback": True, "normalization_rule_name": "identity", "remove_extra_whitespaces": False,
                                        "user_defined_symbols": ["<sep>"]}),
                               ("bytes", {"model_type": "unigram", "vocab_size": 320, "byte_fallback": True, "normalization_rule_name": "identity",
                                          "user_defined_symbols": ["<sep>"]}),
                               ("unigram", {"vocab_size": 60, "normalization_rule_tsv": str(rules)})):
            target = HERE / f"sentencepiece-{kind_}"
            target.mkdir(parents=True, exist_ok=True)
            sentencepiece.SentencePieceTrainer.train(**({"model_type": kind_} | options | common), model_prefix=kind_)
            model = pathlib.Path(f"{kind_}.model").read_bytes()
            (target / "tokenizer.model").write_bytes(model)
            processor = sentencepiece.SentencePieceProcessor(model_proto=model)
            texts = [text for text in TEXTS if "\0" not in text] + ["the<sep>cat <sep> sat", "ABACUS e\u0301t\u00e9", "<s>the</s>"]
            write_expected(f"sentencepiece-{kind_}", [sentencepiece_row(processor, text) for text in texts])
        make_xlm_roberta(processor, model)


def sentencepiece_row(processor, text):
    pieces = processor.encode(text, out_type="immutable_proto").pieces
    normalized, offsets, run = "", [], b""
    for piece in pieces:
        if processor.is_byte(piece.id):
            run += bytes([int(piece.piece[3:-1], 16)])
            character = run.decode(errors="ignore")
            if character:
                offsets += [(len(normalized), len(normalized) + 1)] * len(run)
                normalized, run = normalized + character, b""
        else:
            offsets.append((len(normalized), len(normalized) + len(piece.piece)))
            normalized += piece.piece
    ids = [piece.id for piece in pieces]
    return {"text": text, "ids": ids, "normalized": normalized, "offsets": in_utf16(normalized, offsets), "decoded": processor.decode(ids)}


# Unigram in a tokenizer.json, in the form of XLM-RoBERTa's and of multilingual MiniLM's (Kudo, 2018)

def make_xlm_roberta(processor, model):
    pieces = [(processor.id_to_piece(i), processor.get_score(i)) for i in range(3, processor.get_piece_size())]
    vocabulary = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)] + pieces + [("<mask>", 0.0)]
    special = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": len(vocabulary) - 1}
    rules = protobuf_field(protobuf_field(model, 3), 2)
    token, text = (lambda name: {"SpecialToken": {"id": name, "type_id": 0}}), (lambda name: {"Sequence": {"id": name, "type_id": 0}})
    write("xlm-roberta", "tokenizer.json", json.dumps({
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": i, "special": True, "content": name, "single_word": False, "lstrip": name == "<mask>", "rstrip": False, "normalized": False}
                         for name, i in special.items()],
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "Precompiled", "precompiled_charsmap": base64.b64encode(rules).decode()},
                                                           {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True}]},
        "post_processor": {"type": "TemplateProcessing", "single": [token("<s>"), text("A"), token("</s>")],
                           "pair": [token("<s>"), text("A"), token("</s>"), token("</s>"), text("B"), token("</s>")],
                           "special_tokens": {name: {"id": name, "ids": [special[name]], "tokens": [name]} for name in ("<s>", "</s>")}},
        "decoder": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True},
        "model": {"type": "Unigram", "unk_id": 3, "vocab": vocabulary}}, ensure_ascii=False, indent=0) + "\n")
    texts = TEXTS + ["ABACUS e\u0301t\u00e9 q\u0303at qat", "the <mask> cat<mask>s", "<s>the</s>the", "the▁cat ▁sat", "A\u0301\u0302\u0303"]
    write_expected("xlm-roberta", [{"text": text, "ids": xlm_roberta_ids(text, vocabulary, special)} for text in texts])


def protobuf_field(message, wanted):
    """The bytes of a field of a protocol buffer."""
    def number(at):
        value, shift = 0, 0
        while True:
            value |= (message[at] & 127) << shift
            shift, at = shift + 7, at + 1
            if message[at - 1] < 128:
                return value, at

    at = 0
    while at < len(message):
        tag, at = number(at)
        if tag & 7 == 2:
            size, at = number(at)
            if tag >> 3 == wanted:
                return message[at:at + size]
            at += size
        else:
            at = number(at)[1] if tag & 7 == 0 else at + (8 if tag & 7 == 1 else 4)


def xlm_roberta_ids(text, vocabulary, special):
    for name, i in special.items():
        if name in text:
            before, after = text.split(name, 1)
            before = before.rstrip() if name == "<mask>" else before
            return xlm_roberta_ids(before, vocabulary, special) + [i] + xlm_roberta_ids(after, vocabulary, special)
    ids = []
    for word in by_grapheme(text).split():
        word = word if word.startswith("▁") else "▁" + word
        for part in word[1:].split("▁"):
            ids += unigram_ids("▁" + part, vocabulary)
    return ids


def by_grapheme(text):
    """The normalization of the tokenizers library: a short grapheme becomes what replaces its shortest beginning that has a rule."""
    graphemes = []
    for c in text:
        joined = graphemes and (unicodedata.combining(c) or c in "\u200d\ufe0f" or graphemes[-1].endswith("\u200d"))
        if joined:
            graphemes[-1] += c
        else:
            graphemes.append(c)
    result = ""
    for grapheme in graphemes:
        whole = len(grapheme.encode()) < 6 and next((RULES[grapheme[:n]] for n in range(1, len(grapheme) + 1) if grapheme[:n] in RULES), None)
        result += whole or "".join(RULES.get(c, c) for c in grapheme)
    return result


def unigram_ids(word, vocabulary):
    scores = {piece: (score, i) for i, (piece, score) in enumerate(vocabulary) if i > 3 and piece != "<mask>"}
    unknown = min(score for score, _ in scores.values()) - 10
    best = [(0.0, [])] + [(-math.inf, [])] * len(word)
    for end in range(1, len(word) + 1):
        for begin in range(end):
            score, i = scores.get(word[begin:end], (unknown, 3) if end == begin + 1 else (-math.inf, 3))
            if best[begin][0] + score > best[end][0]:
                best[end] = (best[begin][0] + score, best[begin][1] + [i])
    ids = best[-1][1]
    return [i for place, i in enumerate(ids) if i != 3 or place == 0 or ids[place - 1] != 3]


make_bert()
make_gpt2()
make_sentencepiece()
