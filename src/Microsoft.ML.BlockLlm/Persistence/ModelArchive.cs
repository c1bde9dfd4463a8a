using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.BlockLlm.Persistence;

/// <summary>The archive that a model file is, as ML.NET opened it.</summary>
/// <remarks>
/// ML.NET gives no other way to an entry than to unpack it, so its list of entries is read from the private field <c>_entries</c> of its <c>RepositoryReader</c>, which 5.0 has.
/// With a version that calls it otherwise nothing is known of the archive, and nothing is refused for what it says: a name may be there twice, and a part unpacks to whatever length the archive says,
/// on the disk or, where ML.NET unpacks to memory, there. What is read of a part afterwards is bounded all the same.
/// </remarks>
internal static class ModelArchive
{
    /// <summary>All entries of the archive, those of one name included, which ML.NET's list has once.</summary>
    public static IReadOnlyCollection<ZipArchiveEntry> EntriesOf(ModelLoadContext ctx)
    {
        try
        {
            return ctx.Repository is { } repository && Entries(repository).Values.FirstOrDefault() is { } any ? any.Archive.Entries : [];
        }
        catch (MissingFieldException)
        {
            return [];
        }
    }

    /// <summary>A name as it is compared: some archives separate folders by backslashes.</summary>
    public static string Normalized(string name) => name.Replace('\\', '/').TrimStart('/');

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_entries")]
    private static extern ref Dictionary<string, ZipArchiveEntry> Entries(RepositoryReader repository);
}
