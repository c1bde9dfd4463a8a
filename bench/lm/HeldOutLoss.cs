namespace LanguageModelBenchmark;

/// <summary>Losses on the two parts of the text that were not trained on, in nats per token.</summary>
internal sealed record HeldOutLoss(double Validation, double Test);
