using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A tokenizer as a model's files describe it.</summary>
/// <param name="Tokenizer">Turns text into ids, without the special tokens around it.</param>
/// <param name="VocabularySize">One more than the largest id.</param>
/// <param name="Template">The special tokens around a text or a pair; null if the files name none.</param>
internal sealed record LoadedTokenizer(Tokenizer Tokenizer, int VocabularySize, TokenTemplate? Template);
