using System.Text;

namespace FineTuneBenchmark;

/// <summary>The labelled texts of a data set.</summary>
internal static class TaskData
{
    public static (IReadOnlyList<(string Text, int Label)> Train, IReadOnlyList<(string Text, int Label)> Test) Read(string task, string directory)
    {
        return task switch
        {
            "trec" => (Lines("trec/TREC.train", ':'), Lines("trec/TREC.test", ':')),
            "sst2" => (Lines("sst2-sentences/stsa.binary.train", ' '), Lines("sst2-sentences/stsa.binary.test", ' ')),
            _ => throw new ArgumentException($"'{task}' is neither trec nor sst2."),
        };

        // A line is the class, a separator and the text; in TREC the text follows the fine class.
        IReadOnlyList<(string, int)> Lines(string file, char separator) =>
        [
            .. from line in File.ReadLines(Path.Combine(directory, file), Encoding.Latin1)
               let end = line.IndexOf(separator)
               select (line[(line.IndexOf(' ') + 1)..], ClassOf(line[..end])),
        ];
    }

    private static int ClassOf(string name) => name is "0" or "1" ? name[0] - '0' : Array.IndexOf(["ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM"], name);
}
