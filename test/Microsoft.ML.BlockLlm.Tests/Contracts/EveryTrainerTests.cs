namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class EveryTrainerTests
{
    [TestMethod]
    public void Every_public_trainer_is_held_to_the_contract()
    {
        var trainers = typeof(BlockLlmTextClassificationTrainer).Assembly.GetExportedTypes().Where(IsTrainer);
        var held = typeof(TrainerContract).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(TrainerContract)))
            .Select(type => ((TrainerContract)Activator.CreateInstance(type)!).TrainerType);

        CollectionAssert.AreEquivalent(trainers.ToArray(), held.Distinct().ToArray());
    }

    private static bool IsTrainer(Type type) =>
        type.IsClass && !type.IsAbstract && type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEstimator<>));
}
