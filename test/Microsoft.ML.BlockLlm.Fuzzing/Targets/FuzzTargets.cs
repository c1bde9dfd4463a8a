namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>All readers, by name.</summary>
internal static class FuzzTargets
{
    /// <summary>The seed of the tests and of the full setting.</summary>
    public const int Seed = 1;

    private static readonly Dictionary<string, Func<string, FuzzTarget>> s_create = new()
    {
        ["safetensors"] = WeightTargets.Safetensors,
        ["safetensors-stream"] = WeightTargets.SafetensorsStream,
        ["model.safetensors.index.json"] = WeightTargets.Index,
        ["config.json"] = ModelTargets.Config,
        ["classifier-config.json"] = ModelTargets.ClassifierConfig,
        ["generation_config.json"] = ModelTargets.GenerationConfig,
        ["modules.json"] = ModelTargets.ModulesOfEncoder,
        ["pooling-config.json"] = ModelTargets.Pooling,
        ["sentence_bert_config.json"] = ModelTargets.SentenceLength,
        ["tokenizer.json"] = TokenizerTargets.Json,
        ["tokenizer.model"] = TokenizerTargets.SentencePiece,
        ["tokenizer_config.json"] = TokenizerTargets.Settings,
        ["vocab.txt"] = TokenizerTargets.WordPiece,
        ["vocab.json"] = TokenizerTargets.BpeVocabulary,
        ["merges.txt"] = TokenizerTargets.BpeMerges,
        ["chat_template.jinja"] = ModelFileTargets.ChatTemplate,
        ["chat-settings.json"] = ModelFileTargets.ChatSettingsFile,
        ["classifier.json"] = ModelFileTargets.ClassifierHeader,
        ["language-model.json"] = ModelFileTargets.LanguageModelHeader,
        ["training.json"] = ModelFileTargets.Summary,
        ["classifier.zip"] = ModelFileTargets.Classifier,
        ["language-model.zip"] = ModelFileTargets.LanguageModel,
        ["optimizer.state"] = TrainingTargets.OptimizerState,
        ["optimizer-8-bit.state"] = TrainingTargets.OptimizerStateInEightBits,
        ["optimizer-adamw.state"] = TrainingTargets.OptimizerStateOfAdamW,
        ["checkpoint.json"] = TrainingTargets.Manifest,
        ["history.jsonl"] = TrainingTargets.History,
        ["checkpoint"] = TrainingTargets.Checkpoint,
    };

    public static IEnumerable<string> Names => s_create.Keys;

    public static FuzzTarget Create(string name) => s_create[name](name);
}
