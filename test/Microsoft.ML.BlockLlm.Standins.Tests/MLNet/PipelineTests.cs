using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Standins.Tests.MLNet;

[TestClass]
public sealed class PipelineTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void A_context_names_no_GPU_and_does_without_none_that_it_names()
    {
        var context = new MLContext();

        Assert.AreEqual((null, false), (context.GpuDeviceId, context.FallbackToCpu));
    }

    [TestMethod]
    public void A_chain_fits_each_estimator_on_what_the_one_before_made()
    {
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Key", "Text")
            .Append(_ml.Transforms.CopyColumns("Copy", "Key"))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Back", "Copy"));

        var output = pipeline.Fit(Texts("b", "a")).Transform(Texts("a", "b"));

        CollectionAssert.AreEqual(new[] { "a", "b" }, output.GetColumn<string>("Back").ToArray());
    }

    [TestMethod]
    public void Transforming_reads_nothing()
    {
        int read = 0;
        IEnumerable<TextRow> Rows()
        {
            read++;
            yield return new TextRow { Text = "a" };
        }
        var model = _ml.Transforms.Conversion.MapValueToKey("Key", "Text").Append(_ml.Transforms.Conversion.MapKeyToValue("Back", "Key")).Fit(Texts("a"));

        var output = model.Transform(_ml.Data.LoadFromEnumerable(Rows()));
        Assert.AreEqual(0, read);

        Assert.AreEqual("a", output.GetColumn<string>("Back").Single());
        Assert.AreEqual(1, read);
    }

    [TestMethod]
    public void Only_columns_that_are_needed_are_active_in_the_source()
    {
        var source = new ActivityView(_ml.Data.LoadFromEnumerable(new[] { new TwoColumns { Text = "a", Other = "b" } }));
        var model = _ml.Transforms.CopyColumns("Copy", "Text").Fit(source);

        _ = model.Transform(source).GetColumn<string>("Copy").ToArray();

        CollectionAssert.AreEqual(new[] { "Text" }, source.LastActive);
    }

    [TestMethod]
    public void A_cache_checkpoint_reads_the_data_once_for_all_that_follows()
    {
        int read = 0;
        IEnumerable<TextRow> Rows()
        {
            read++;
            yield return new TextRow { Text = "a" };
        }
        var data = _ml.Data.LoadFromEnumerable(Rows());
        EstimatorChain<Transforms.ValueToKeyMappingTransformer> Pipeline(bool cached)
        {
            var start = new EstimatorChain<ITransformer>().Append(_ml.Transforms.CopyColumns("Copy", "Text"));
            return (cached ? start.AppendCacheCheckpoint(_ml) : start)
                .Append(_ml.Transforms.Conversion.MapValueToKey("First", "Copy"))
                .Append(_ml.Transforms.Conversion.MapValueToKey("Second", "Copy"));
        }

        Pipeline(cached: false).Fit(data);
        Assert.AreEqual(2, read);
        read = 0;
        Pipeline(cached: true).Fit(data);
        Assert.AreEqual(1, read);
    }

    [TestMethod]
    public void Steps_outside_of_the_scoring_scope_are_left_out_of_scoring()
    {
        var model = new EstimatorChain<ITransformer>()
            .Append(_ml.Transforms.CopyColumns("Train", "Text"), TransformerScope.TrainTest)
            .Append(_ml.Transforms.CopyColumns("Always", "Text"))
            .Fit(Texts("a"));

        Assert.IsNull(model.Transform(Texts("a")).Schema.GetColumnOrNull("Train"));
        Assert.IsNotNull(model.Transform(Texts("a"), TransformerScope.Everything).Schema.GetColumnOrNull("Train"));
        Assert.AreEqual(2, model.Count());
    }

    [TestMethod]
    public void The_output_schema_of_an_unfitted_chain_has_its_columns()
    {
        SchemaShape? seen = null;
        var probe = new ShapeProbe(shape => seen = shape);

        _ml.Transforms.Conversion.MapValueToKey("Key", "Text").Append(probe).Fit(Texts("a"));

        var key = seen!.Single(column => column.Name == "Key");
        Assert.IsTrue(key.IsKey);
        Assert.AreEqual(NumberDataViewType.UInt32, key.ItemType);
        Assert.AreEqual("KeyValues", key.Annotations.Single().Name);
        Assert.AreEqual(SchemaShape.Column.VectorKind.Scalar, key.Kind);
    }

    [TestMethod]
    public void A_prediction_engine_maps_one_row_at_a_time()
    {
        var model = _ml.Transforms.Conversion.MapValueToKey("Key", "Text").Append(_ml.Transforms.Conversion.MapKeyToValue("Back", "Key")).Fit(Texts("a", "b"));

        using var engine = _ml.Model.CreatePredictionEngine<TextRow, Prediction>(model);

        Assert.AreEqual((2u, "b"), (engine.Predict(new TextRow { Text = "b" }).Key, engine.Predict(new TextRow { Text = "b" }).Back));
        var reused = new Prediction();
        engine.Predict(new TextRow { Text = "a" }, ref reused);
        Assert.AreEqual("a", reused.Back);
        Assert.IsNotNull(engine.OutputSchema.GetColumnOrNull("Key"));
    }

    [TestMethod]
    public void A_prediction_engine_disposes_of_its_transformer_only_if_it_owns_it()
    {
        using var owned = new DisposableIdentity();
        _ml.Model.CreatePredictionEngine<TextRow, TextRow>(owned, new PredictionEngineOptions()).Dispose();
        using var lent = new DisposableIdentity();
        _ml.Model.CreatePredictionEngine<TextRow, TextRow>(lent, new PredictionEngineOptions { OwnsTransformer = false }).Dispose();

        Assert.IsTrue(owned.IsDisposed);
        Assert.IsFalse(lent.IsDisposed);
    }

    [TestMethod]
    public void Messages_reach_the_log_with_their_kind_and_source()
    {
        var messages = new List<LoggingEventArgs>();
        _ml.Log += (_, message) => messages.Add(message);

        using (var channel = ((Runtime.IHostEnvironment)_ml).Register("Trainer").Start("Training"))
            channel.Info(Runtime.MessageSensitivity.None, "Epoch {0}", 3);

        var info = messages.Single(message => message.Kind == Runtime.ChannelMessageKind.Info);
        Assert.AreEqual("Epoch 3", info.RawMessage);
        Assert.AreEqual("Trainer; Training", info.Source);
        Assert.AreEqual("[Source=Trainer; Training, Kind=Info] Epoch 3", info.Message);
    }

    [TestMethod]
    public void Hosts_of_contexts_with_the_same_seed_have_the_same_random_numbers()
    {
        static int Draw(int seed) => ((Runtime.IHostEnvironment)new MLContext(seed)).Register("Trainer").Rand.Next();

        Assert.AreEqual(Draw(1), Draw(1));
        Assert.AreNotEqual(Draw(1), Draw(2));
    }

    private IDataView Texts(params string[] texts) => _ml.Data.LoadFromEnumerable(texts.Select(text => new TextRow { Text = text }).ToArray());

    private sealed class TextRow
    {
        public string Text { get; set; } = "";
    }

    private sealed class TwoColumns
    {
        public string Text { get; set; } = "";

        public string Other { get; set; } = "";
    }

    private sealed class Prediction
    {
        public uint Key { get; set; }

        public string Back { get; set; } = "";

        public string NotThere { get; set; } = "";
    }
}
