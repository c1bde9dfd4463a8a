using System.Collections.Concurrent;
using Microsoft.ML;

namespace Messages_WebApi;

/// <summary>
/// Prediction engines for many requests at once, like the class of this name in the package Microsoft.Extensions.ML: an engine serves one request at a time,
/// and all engines share one model, which is loaded once.
/// </summary>
/// <typeparam name="TData">The model's input.</typeparam>
/// <typeparam name="TPrediction">The model's output.</typeparam>
public sealed class PredictionEnginePool<TData, TPrediction> : IDisposable
    where TData : class
    where TPrediction : class, new()
{
    private readonly MLContext _mlContext = new();
    private readonly ConcurrentBag<PredictionEngine<TData, TPrediction>> _idle = [];
    private readonly ITransformer _model;

    /// <summary>Loads a model.</summary>
    /// <param name="filePath">The file that <c>mlContext.Model.Save</c> has written.</param>
    public PredictionEnginePool(string filePath) => _model = _mlContext.Model.Load(filePath, out _);

    /// <summary>Predicts. Safe from several threads at once.</summary>
    public TPrediction Predict(TData example)
    {
        var engine = GetPredictionEngine();
        try
        {
            return engine.Predict(example);
        }
        finally
        {
            ReturnPredictionEngine(engine);
        }
    }

    /// <summary>Lends an engine that nobody else uses until it is returned.</summary>
    public PredictionEngine<TData, TPrediction> GetPredictionEngine() =>
        _idle.TryTake(out var engine)
            ? engine
            : _mlContext.Model.CreatePredictionEngine<TData, TPrediction>(_model, new PredictionEngineOptions { OwnsTransformer = false });

    /// <summary>Takes an engine back.</summary>
    public void ReturnPredictionEngine(PredictionEngine<TData, TPrediction> engine) => _idle.Add(engine);

    /// <summary>Releases the engines and the model.</summary>
    public void Dispose()
    {
        while (_idle.TryTake(out var engine))
            engine.Dispose();
        (_model as IDisposable)?.Dispose();
    }
}
