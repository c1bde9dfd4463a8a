using System.Diagnostics;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>What a transformer owes threads that share it.</summary>
public abstract partial class TrainerContract
{
    private const int Threads = 8;

    // So that a broken promise fails the test, and does not hold it up for ever.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    [TestMethod]
    public void Eight_threads_that_score_at_once_get_the_bits_of_one()
    {
        var data = CreateData();
        var expected = DataViewAssert.Rows(Model.Transform(data));
        using var together = new Barrier(Threads);

        var errors = OnThreads(() =>
        {
            together.SignalAndWait();
            CollectionAssert.AreEqual(expected, DataViewAssert.Rows(Model.Transform(data)));
        });

        CollectionAssert.AreEqual(new Exception?[Threads], errors(), string.Join("\n", errors().OfType<Exception>()));
    }

    [TestMethod]
    public void Disposal_in_use_lets_begun_batches_end_and_refuses_later_ones_by_the_name_of_the_transformer()
    {
        var data = CreateData();
        var expected = DataViewAssert.Rows(Model.Transform(data));
        using var begun = new CountdownEvent(Threads);

        var errors = OnThreads(() =>
        {
            try
            {
                CollectionAssert.AreEqual(expected, DataViewAssert.Rows(Model.Transform(data)));
            }
            finally
            {
                begun.Signal();
            }

            for (var waited = Stopwatch.StartNew(); waited.Elapsed < s_patience;)
                CollectionAssert.AreEqual(expected, DataViewAssert.Rows(Model.Transform(data)));
            Assert.Fail("A disposed transformer goes on scoring.");
        });
        begun.Wait();
        DisposeModel();

        foreach (var error in errors())
            RequireDisposed(error!);
    }

    [TestMethod]
    public void A_disposed_transformer_refuses_to_score_and_to_be_saved()
    {
        var data = CreateData();
        var scored = Model.Transform(data);

        DisposeModel();

        RequireDisposed(Assert.Throws<Exception>(() => DataViewAssert.Rows(scored)));
        RequireDisposed(Assert.Throws<Exception>(() => ML.Model.Save(Model, data.Schema, new MemoryStream())));
    }

    [TestMethod]
    public void A_disposed_transformer_refuses_to_be_exported()
    {
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        _ = Model;

        DisposeModel();

        RequireDisposed(Assert.Throws<Exception>(() => Export(Model, folder)));
        Assert.IsFalse(Directory.Exists(folder));
    }

    [TestMethod]
    public void Disposal_while_the_weights_are_saved_waits_until_the_file_is_whole()
    {
        var data = CreateData();
        var expected = DataViewAssert.Rows(Model.Transform(data));
        using var file = new WaitingStream("model.safetensors", s_patience);

        var saving = Task.Run(() => ML.Model.Save(Model, data.Schema, file));
        Assert.IsTrue(file.Waits.Wait(s_patience), "The weights are not written.");
        var disposal = Task.Run(DisposeModel);
        Assert.IsTrue(SpinWait.SpinUntil(() => RefusesToScore(data), s_patience), "A disposed transformer goes on scoring.");
        Assert.IsFalse(disposal.IsCompleted, "Disposal does not wait for what is being saved.");
        file.GoesOn.Set();

        Assert.IsTrue(Task.WaitAll([saving, disposal], s_patience));
        var loaded = ML.Model.Load(new MemoryStream(file.ToArray()), out _);
        using var disposing = loaded as IDisposable;
        CollectionAssert.AreEqual(expected, DataViewAssert.Rows(loaded.Transform(data)));
    }

    [TestMethod]
    public void Saving_that_comes_to_the_model_after_its_disposal_is_refused()
    {
        var data = CreateData();
        var model = Model;
        using var file = new WaitingStream("", s_patience);

        var saving = Task.Run(() => ML.Model.Save(model, data.Schema, file));
        Assert.IsTrue(file.Waits.Wait(s_patience), "Nothing is written.");
        DisposeModel();
        file.GoesOn.Set();

        RequireDisposed(Assert.Throws<Exception>(() => saving.Wait(s_patience)));
    }

    private bool RefusesToScore(IDataView data)
    {
        try
        {
            DataViewAssert.Rows(Model.Transform(data));
            return false;
        }
        catch (Exception exception) when (exception.GetBaseException() is ObjectDisposedException)
        {
            return true;
        }
    }

    private void RequireDisposed(Exception error)
    {
        Assert.IsInstanceOfType<ObjectDisposedException>(error.GetBaseException(), error.ToString());
        Assert.AreEqual(Model.GetType().FullName, ((ObjectDisposedException)error.GetBaseException()).ObjectName);
    }

    /// <summary>Runs something on as many threads as score at once.</summary>
    /// <returns>Waits for all of them, and gives what each threw; null where it threw nothing.</returns>
    private static Func<Exception?[]> OnThreads(Action action)
    {
        var errors = new Exception?[Threads];
        var threads = Enumerable.Range(0, Threads).Select(index => new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                errors[index] = exception;
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        return () =>
        {
            Array.ForEach(threads, thread => thread.Join());
            return errors;
        };
    }
}
