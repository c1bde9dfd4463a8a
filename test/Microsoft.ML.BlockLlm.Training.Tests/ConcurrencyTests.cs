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
        var together = new Outcome[runs.Length];
        var threads = runs.Select((run, i) => new Thread(() => together[i] = run.Train(models[i], _ => Thread.Yield()))).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        for (var i = 0; i < runs.Length; i++)
            Outcome.AssertSame(alone[i], together[i]);
        Array.ForEach(models, model => model.Dispose());
    }
}
