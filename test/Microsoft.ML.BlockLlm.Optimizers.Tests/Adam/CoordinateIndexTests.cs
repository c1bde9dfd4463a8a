using FsCheck;
using FsCheck.Fluent;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class CoordinateIndexTests
{
    private const int Size = 100_000;

    [TestMethod]
    public void It_names_the_coordinates_it_was_made_of() =>
        Prop.ForAll(Gen.Choose(0, Size - 1).NonEmptyListOf().ToArbitrary(), some =>
        {
            long[] positions = [.. some.Distinct().Order().Select(position => (long)position)];
            using var index = Index(positions, Size);
            return Positions(index).SequenceEqual(positions);
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void It_gives_any_part_of_its_coordinates() =>
        Prop.ForAll(Gen.Choose(0, Size - 1).NonEmptyListOf().ToArbitrary(), Gen.Choose(0, int.MaxValue).Two().ToArbitrary(), (some, part) =>
        {
            long[] positions = [.. some.Distinct().Order().Select(position => (long)position)];
            using var index = Index(positions, Size);
            int start = part.Item1 % positions.Length, count = 1 + (part.Item2 % (positions.Length - start));
            using var given = index.Positions(start, count);
            return given.data<long>().ToArray().SequenceEqual(positions.Skip(start).Take(count));
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.BFloat16)]
    public void It_takes_numbers_of_any_part_of_its_coordinates_out_and_puts_them_back(ScalarType type) =>
        Prop.ForAll(Gen.Choose(0, Size - 1).NonEmptyListOf().ToArbitrary(), Gen.Choose(0, int.MaxValue).Two().ToArbitrary(), (some, part) =>
        {
            using var scope = NewDisposeScope();
            long[] positions = [.. some.Distinct().Order().Select(position => (long)position)];
            using var index = Index(positions, Size);
            int start = part.Item1 % positions.Length, count = 1 + (part.Item2 % (positions.Length - start));
            var (numbers, places) = (randn(Size).to(type), tensor(positions[start..(start + count)]));

            var taken = index.Gather(numbers, start, count);
            var put = zeros(Size, dtype: type);
            index.Scatter(put, start, taken);

            return AreEqual(numbers.index_select(0, places), taken) && AreEqual(zeros(Size, dtype: type).scatter_(0, places, taken), put);
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void It_takes_numbers_out_of_a_row_that_is_not_contiguous()
    {
        using var scope = NewDisposeScope();
        using var index = Index([1, 40_000], Size);
        var same = ones(1).expand(Size);

        Assert.IsTrue(AreEqual(ones(2), index.Gather(same, 0, 2)));
    }

    [TestMethod]
    public void It_knows_which_of_its_coordinates_lie_in_a_stretch()
    {
        using var index = Index([3, 32_767, 32_768, 99_999], Size);
        Assert.AreEqual((0L, 2L), index.Within(0, 32_768));
        Assert.AreEqual((2L, 1L), index.Within(32_768, 32_768));
        Assert.AreEqual((3L, 0L), index.Within(65_536, 32_768));
        Assert.AreEqual((3L, 1L), index.Within(98_304, Size - 98_304));
    }

    [TestMethod]
    [DataRow(32_768, 1)]
    [DataRow(32_769, 2)]
    [DataRow(100_000, 4)]
    public void A_coordinate_takes_two_bytes_and_a_chunk_of_the_parameter_four(int size, int chunks)
    {
        long[] positions = [0, 7, size - 1];
        using var index = Index(positions, size);
        Assert.AreEqual((2 * 3) + (4 * chunks), index.Bytes);
        CollectionAssert.AreEqual(positions, Positions(index));
    }

    [TestMethod]
    public void A_saved_index_is_the_same()
    {
        using var index = Index([3, 40_000, 99_999], Size);
        using var loaded = Load(Save(index), Size);
        CollectionAssert.AreEqual(Positions(index), Positions(loaded));
    }

    [TestMethod]
    public void A_saved_index_of_another_size_is_refused()
    {
        using var index = Index([3], Size);
        StringAssert.Contains(
            Assert.ThrowsException<InvalidDataException>(() => Load(Save(index), 10)).Message, "another type or length where Int32 [1] is due");
    }

    [TestMethod]
    public void A_saved_index_with_a_position_twice_is_refused()
    {
        using var index = Index([3, 3], Size);
        StringAssert.Contains(
            Assert.ThrowsException<InvalidDataException>(() => Load(Save(index), Size)).Message, $"has an index that does not fit the {Size:N0} weights of 'w'");
    }

    private static bool AreEqual(Tensor expected, Tensor actual) => expected.eq(actual).all().ToBoolean();

    private static CoordinateIndex Index(long[] positions, long size)
    {
        using var given = tensor(positions);
        return new CoordinateIndex(given, size);
    }

    private static long[] Positions(CoordinateIndex index)
    {
        using var positions = index.Positions();
        return positions.data<long>().ToArray();
    }

    private static byte[] Save(CoordinateIndex index)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        index.Save(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static CoordinateIndex Load(byte[] saved, int size)
    {
        using var weights = new Parameter(zeros(size), true);
        using var reader = new BinaryReader(new MemoryStream(saved));
        return CoordinateIndex.Load(reader, new NamedParameter("w", weights, ParameterRole.Candidate, new AdamW.ParamGroup(), new AdamWOptimizerOptions()));
    }
}
