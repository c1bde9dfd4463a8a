namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Makes of a checkpoint one that an earlier version wrote.</summary>
internal static class EarlierFormat
{
    private const string OnlySegment = "history-00000001.jsonl";
    private const string WholeHistory = "history.jsonl";

    /// <summary>The first format: the history is whole, in one file of its own name.</summary>
    public static void MakeFirst(string checkpoint)
    {
        File.Move(Path.Combine(checkpoint, OnlySegment), Path.Combine(checkpoint, WholeHistory));
        Rewrite(checkpoint, manifest => manifest with
        {
            Format = 1, ValidationDigest = null, Files = [.. manifest.Files.Select(file => file.Name == OnlySegment ? file with { Name = WholeHistory } : file)],
        });
    }

    /// <summary>The second: nothing is known of the validation data but how much there is.</summary>
    public static void MakeSecond(string checkpoint) => Rewrite(checkpoint, manifest => manifest with { Format = 2, ValidationDigest = null });

    /// <summary>One in which an option has another text, as a version wrote it that knew less of it.</summary>
    public static void MakeKnow(string checkpoint, string option, string text) =>
        Rewrite(checkpoint, manifest => manifest with { Run = new Dictionary<string, string>(manifest.Run) { [option] = text } });

    private static void Rewrite(string checkpoint, Func<CheckpointManifest, CheckpointManifest> change) =>
        File.WriteAllBytes(Path.Combine(checkpoint, CheckpointManifest.FileName), change(CheckpointManifest.Read(checkpoint)).ToJson());
}
