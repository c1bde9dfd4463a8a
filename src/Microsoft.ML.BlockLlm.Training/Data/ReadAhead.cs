using System.Collections.Concurrent;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Reads on a thread of its own what another one consumes.</summary>
internal static class ReadAhead
{
    /// <summary>The items of a source, in their order. What the source throws, the consumer gets; a consumer that stops early stops the source too.</summary>
    /// <param name="open">Opens the source, on the other thread.</param>
    /// <param name="capacity">How many items may wait for the consumer.</param>
    public static IEnumerable<T> Of<T>(Func<IEnumerable<T>> open, int capacity)
    {
        using var queue = new BlockingCollection<T>(capacity);
        using var stop = new CancellationTokenSource();
        var reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var item in queue.GetConsumingEnumerable())
                yield return item;
            reading.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            Task.WhenAny(reading).Wait();
        }

        void Read()
        {
            try
            {
                foreach (var item in open())
                    queue.Add(item, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The consumer has all it wants.
            }
            finally
            {
                queue.CompleteAdding();
            }
        }
    }
}
