namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A file that a checkpoint is to have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Write">Writes it.</param>
/// <param name="Same">A file of an earlier checkpoint with the same bytes; null if there is none.</param>
internal sealed record CheckpointPart(string Name, Action<Stream> Write, WrittenPart? Same = null);

/// <summary>A file of a checkpoint that is written.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="File">What the manifest says of it.</param>
internal sealed record WrittenPart(string Path, CheckpointFile File);
