namespace Microsoft.ML.AutoML;

/// <summary>
/// Goes from the defaults in random directions, and in the opposite ones where that was no good (FLOW2: Wu, Wang and Huang, Frugal Optimization for
/// Cost-related Hyperparameters, AAAI 2021). The step grows with each improvement, shrinks after many failures, and when it is too small the search begins anew.
/// </summary>
internal sealed class CostFrugalTuner : ITuner
{
    private const double FirstStep = 0.1;
    private const double LeastStep = 1e-4;
    private const double Speed = 1.5;

    private readonly SearchSpace.SearchSpace _searchSpace;
    private readonly Random _random;
    private readonly int _dimensions;
    private double[] _incumbent;
    private double[] _direction;
    private double _loss;
    private double _step;
    private int _failuresLeft;

    public CostFrugalTuner(SearchSpace.SearchSpace searchSpace, int? seed)
    {
        _searchSpace = searchSpace;
        _random = seed is { } value ? new Random(value) : new Random();
        _dimensions = searchSpace.FeatureSpaceDim;
        BeginAt(searchSpace.Default);
    }

    public SearchSpace.Parameter Propose(TrialSettings settings) => _searchSpace.SampleFromFeatureSpace(Features());

    public void Update(TrialResult result)
    {
        if (result.Loss < _loss)
        {
            _incumbent = _searchSpace.MappingToFeatureSpace(result.TrialSettings.Parameter);
            _step = double.IsPositiveInfinity(_loss) ? _step : Math.Min(_step * Speed, Math.Sqrt(_dimensions));
            _loss = result.Loss;
            _direction = null;
            _failuresLeft = 2 * _dimensions;
        }
        else if (--_failuresLeft <= 0)
        {
            _step /= Speed;
            _failuresLeft = 2;
            if (_step < LeastStep)
                BeginAt([.. Enumerable.Range(0, _dimensions).Select(_ => _random.NextDouble())]);
        }
    }

    private void BeginAt(double[] features)
    {
        _incumbent = features;
        _direction = null;
        _loss = double.PositiveInfinity;
        _step = FirstStep * Math.Sqrt(_dimensions);
        _failuresLeft = 2 * _dimensions;
    }

    private double[] Features()
    {
        if (double.IsPositiveInfinity(_loss))
            return _incumbent;
        var turnsBack = _direction is not null;
        var move = _direction ?? RandomDirection();
        _direction = turnsBack ? null : move;
        return [.. _incumbent.Zip(move, (at, by) => Math.Clamp(turnsBack ? at - by : at + by, 0, 0.99999999))];
    }

    /// <summary>A step in a direction that no other is preferred to.</summary>
    private double[] RandomDirection()
    {
        var normal = Enumerable.Range(0, _dimensions).Select(_ => Normal()).ToArray();
        var length = Math.Sqrt(normal.Sum(x => x * x));
        return [.. normal.Select(x => x * _step / length)];
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
