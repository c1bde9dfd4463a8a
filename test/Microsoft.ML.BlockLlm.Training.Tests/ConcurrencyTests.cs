namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
[DoNotParallelize]
public sealed class ConcurrencyTests
{
    [TestMethod]
    public void Trainings_at_once_in_one_process_end_with_the_bits_of_each_alone()
    {
        Run[] runs = [new(), new() { Optimizer = new Optimizers.AdamWOptimizerOptions { LearningRate = 0.03 } }, new() { Data = () => Samples.Data(50, seed: 9) }];
        var alone = runs.Select(run => run.Train()).ToArray();

        var models = runs.Select(run => run.NewModel()).ToArray();
        using var start = new Barrier(runs.Length);
        var together = runs.Select((run, i) => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return run.Train(models[i], _ => Thread.Yield());
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        Task.WaitAll(together);

        for (var i = 0; i < runs.Length; i++)
            Outcome.AssertSame(alone[i], together[i].Result);
        Array.ForEach(models, model => model.Dispose());
    }
}
