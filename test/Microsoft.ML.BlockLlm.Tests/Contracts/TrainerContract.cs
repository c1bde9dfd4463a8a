using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>What ML.NET expects of every trainer and of the transformer that it gives; a test class per trainer derives from it.</summary>
public abstract partial class TrainerContract
{
    private ITransformer? _model;

    protected MLContext ML { get; } = new(seed: 1);

    /// <summary>Makes the trainer.</summary>
    protected abstract IEstimator<ITransformer> CreateTrainer();

    /// <summary>Rows to train on, at least two batches of them.</summary>
    protected abstract IDataView CreateData();

    /// <summary>Data that the trainer must refuse.</summary>
    protected abstract IEnumerable<IDataView> CreateDataThatCannotBeTrainedOn();

    /// <summary>Data that the transformer must refuse.</summary>
    protected abstract IEnumerable<IDataView> CreateDataThatCannotBeTransformed();

    /// <summary>Writes the transformer's model as a Hugging Face folder.</summary>
    protected abstract void Export(ITransformer model, string directory);

    /// <summary>Columns that the transformer adds.</summary>
    protected abstract IReadOnlyList<string> OutputColumns { get; }

    internal Type TrainerType => CreateTrainer().GetType();

    private ITransformer Model => _model ??= CreateTrainer().Fit(CreateData());

    [TestCleanup]
    public void DisposeModel() => (_model as IDisposable)?.Dispose();

    [TestMethod]
    public void Trainer_promises_the_schema_that_its_transformer_delivers()
    {
        var data = CreateData();

        var promised = CreateTrainer().GetOutputSchema(SchemaShapes.Of(data.Schema));

        DataViewAssert.SameShape(promised, SchemaShapes.Of(Model.GetOutputSchema(data.Schema)));
    }

    [TestMethod]
    public void Transformed_data_has_the_schema_that_the_transformer_announces()
    {
        var data = CreateData();
        DataViewAssert.SameSchema(Model.GetOutputSchema(data.Schema), Model.Transform(data).Schema);
    }

    [TestMethod]
    public void Input_columns_keep_their_places_and_new_ones_follow()
    {
        var data = CreateData();

        var names = Model.GetOutputSchema(data.Schema).Select(column => column.Name).ToList();

        CollectionAssert.AreEqual(data.Schema.Select(column => column.Name).Concat(OutputColumns).ToList(), names);
    }

    [TestMethod]
    public void Trainer_refuses_unfit_columns_before_and_when_it_fits()
    {
        foreach (var data in CreateDataThatCannotBeTrainedOn())
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CreateTrainer().GetOutputSchema(SchemaShapes.Of(data.Schema)));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CreateTrainer().Fit(data));
        }
    }

    [TestMethod]
    public void Transformer_refuses_unfit_columns_without_reading_them()
    {
        foreach (var data in CreateDataThatCannotBeTransformed())
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Model.GetOutputSchema(data.Schema));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Model.Transform(data));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Model.GetRowToRowMapper(data.Schema));
        }
    }

    [TestMethod]
    public void Transforming_reads_no_row_before_a_cursor_does()
    {
        var data = new CountingDataView(CreateData());

        var scored = Model.Transform(data);
        _ = Model.GetOutputSchema(data.Schema);
        _ = Model.GetRowToRowMapper(data.Schema);
        _ = scored.GetRowCount();

        Assert.AreEqual(0, data.Cursors);
        using var cursor = scored.GetRowCursor(scored.Schema);
        Assert.IsTrue(cursor.MoveNext());
        Assert.AreEqual(1, data.Cursors);
    }

    [TestMethod]
    public void Input_columns_pass_through_at_the_right_rows()
    {
        var data = CreateData();
        var scored = Model.Transform(data);
        using var cursor = scored.GetRowCursor(scored.Schema);

        var rows = DataViewAssert.Rows(cursor);

        var inputs = DataViewAssert.Rows(data);
        Assert.AreEqual(inputs.Count, rows.Count);
        foreach (var (input, row) in inputs.Zip(rows))
            StringAssert.StartsWith(row, input);
    }

    [TestMethod]
    public void Rows_keep_their_ids_and_positions()
    {
        var data = CreateData();
        var scored = Model.Transform(data);

        CollectionAssert.AreEqual(IdsAndPositions(data), IdsAndPositions(scored));

        static List<(DataViewRowId, long)> IdsAndPositions(IDataView view)
        {
            using var cursor = view.GetRowCursor(view.Schema);
            var getId = cursor.GetIdGetter();
            var rows = new List<(DataViewRowId, long)>();
            while (cursor.MoveNext())
            {
                DataViewRowId id = default;
                getId(ref id);
                rows.Add((id, cursor.Position));
            }
            return rows;
        }
    }

    [TestMethod]
    public void Only_active_columns_can_be_read()
    {
        var scored = Model.Transform(CreateData());
        var output = scored.Schema[OutputColumns[0]];
        var input = scored.Schema[0];
        using var ofOutput = scored.GetRowCursor([output]);
        using var ofInput = scored.GetRowCursor([input]);

        Assert.IsTrue(ofOutput.IsColumnActive(output) && !ofOutput.IsColumnActive(input));
        Assert.IsTrue(ofInput.IsColumnActive(input) && !ofInput.IsColumnActive(output));
        Assert.ThrowsExactly<InvalidOperationException>(() => ofInput.GetGetter<VBuffer<float>>(output));
        Assert.ThrowsExactly<InvalidOperationException>(() => ofOutput.GetGetter<ReadOnlyMemory<char>>(input));
    }

    [TestMethod]
    public void Cursors_of_a_set_give_every_row_once_with_its_scores()
    {
        var scored = Model.Transform(CreateData());
        var rows = new List<string>();

        foreach (var cursor in scored.GetRowCursorSet(scored.Schema, 3))
        {
            using (cursor)
                rows.AddRange(DataViewAssert.Rows(cursor));
        }

        // Batches are cut otherwise than in one cursor, so the last bits of the scores may differ; the rows may not.
        Assert.AreEqual(CreateData().GetRowCount() ?? rows.Count, rows.Count);
        CollectionAssert.AreEquivalent(InputsOf(DataViewAssert.Rows(scored)), InputsOf(rows));
    }

    [TestMethod]
    public void Row_mapper_agrees_with_transforming_the_data()
    {
        var data = CreateData();
        var scored = Model.Transform(data);
        var mapper = Model.GetRowToRowMapper(data.Schema);
        Assert.IsTrue(Model.IsRowToRowMapper);
        Assert.AreSame(data.Schema, mapper.InputSchema);
        DataViewAssert.SameSchema(scored.Schema, mapper.OutputSchema);

        using var whole = scored.GetRowCursor(scored.Schema);
        var input = data.GetRowCursor(mapper.GetDependencies(mapper.OutputSchema));
        using var row = mapper.GetRow(input, mapper.OutputSchema);
        var (expectedValues, values) = (Outputs(whole), Outputs(row));
        while (whole.MoveNext())
        {
            Assert.IsTrue(input.MoveNext());
            foreach (var (expected, actual) in expectedValues().Zip(values()))
                Assert.AreEqual(expected, actual, 1e-5f * Math.Max(1, Math.Abs(expected)));
        }
    }

    [TestMethod]
    public void Row_mapper_depends_on_nothing_but_what_it_reads()
    {
        var data = CreateData();
        var mapper = Model.GetRowToRowMapper(data.Schema);

        var passedThrough = mapper.GetDependencies([mapper.OutputSchema[0]]).ToList();
        var scored = mapper.GetDependencies([mapper.OutputSchema[OutputColumns[0]]]).ToList();

        CollectionAssert.AreEqual(new[] { 0 }, passedThrough.Select(column => column.Index).ToList());
        Assert.IsFalse(scored.Any(column => column.Name == "Label"), "Scoring must not need the label.");
    }

    [TestMethod]
    public void Loaded_transformer_gives_the_same_schema_and_the_same_bits()
    {
        var data = CreateData();
        using var file = new MemoryStream();
        ML.Model.Save(Model, data.Schema, file);
        file.Position = 0;

        var loaded = new MLContext().Model.Load(file, out var inputSchema);

        using var disposing = loaded as IDisposable;
        DataViewAssert.SameSchema(data.Schema, inputSchema);
        DataViewAssert.SameSchema(Model.GetOutputSchema(data.Schema), loaded.GetOutputSchema(data.Schema));
        DataViewAssert.SameRows(Model.Transform(data), loaded.Transform(data));
    }

    [TestMethod]
    public void Two_fits_of_one_trainer_are_independent_and_equal()
    {
        var data = CreateData();
        var trainer = CreateTrainer();
        var first = trainer.Fit(data);
        var rowsOfFirst = DataViewAssert.Rows(first.Transform(data));

        var second = trainer.Fit(data);
        (first as IDisposable)?.Dispose();

        using var disposing = second as IDisposable;
        CollectionAssert.AreEqual(rowsOfFirst, DataViewAssert.Rows(second.Transform(data)));
    }

    private List<string> InputsOf(List<string> rows) =>
        [.. rows.Select(row => string.Join(" | ", row.Split(" | ").SkipLast(OutputColumns.Count)))];

    /// <summary>Reads all numbers in the columns that the transformer adds, one after the other.</summary>
    private Func<IEnumerable<float>> Outputs(DataViewRow row)
    {
        var readers = OutputColumns.Select(name => DataViewAssert.Numbers(row, row.Schema[name])).ToList();
        return () => readers.SelectMany(read => read()).ToList();
    }
}
