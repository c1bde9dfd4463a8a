using System.Text.RegularExpressions;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>Finds inputs that are worth a place in the corpus: one that is read, and one for each of some kinds of refusal.</summary>
internal static partial class CorpusKeeper
{
    private const string Read = "read";

    /// <summary>Bytes by which one may be longer than every seed: the corpus is to be small.</summary>
    private const int SpareLength = 256;

    /// <summary>Finds them, each of which differs from the seeds.</summary>
    /// <param name="target">The reader.</param>
    /// <param name="seed">What all inputs are made from.</param>
    /// <param name="count">How many inputs to look at.</param>
    /// <param name="most">How many refused ones to find at most.</param>
    /// <returns>A name for the file of each, and its bytes.</returns>
    public static IEnumerable<(string FileName, byte[] Input)> Choose(FuzzTarget target, int seed, long count, int most)
    {
        var longest = target.Seeds.Max(file => file.Length) + SpareLength;
        var (refusals, isRead) = (new HashSet<string>(), false);
        for (var number = 0L; number < count && (refusals.Count < most || !isRead); number++)
        {
            var input = Fuzzer.Input(target, seed, number);
            if (input.Length > longest || target.Seeds.Any(file => file.AsSpan().SequenceEqual(input)))
                continue;
            var kind = KindOf(target, input);
            if (kind == Read ? isRead : refusals.Count == most || !refusals.Add(kind))
                continue;
            isRead |= kind == Read;
            yield return ($"{(kind == Read ? Read : "refused")}-{new Finding("", input).FileName}", input);
        }
    }

    /// <summary>What the refusal of an input has in common with others for the same reason.</summary>
    private static string KindOf(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Read(input);
            return Read;
        }
        catch (Exception exception) when (target.IsDocumented(exception))
        {
            return OfTheInput().Replace(exception.Message, "");
        }
    }

    [GeneratedRegex("'[^']*'|[0-9.,]+")]
    private static partial Regex OfTheInput();
}
