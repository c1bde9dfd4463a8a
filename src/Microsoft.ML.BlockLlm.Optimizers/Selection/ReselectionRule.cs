namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// When the active weights are chosen anew. A rule is asked after every update; where it answers yes, the next update selects and
/// the losses seen so far are forgotten. The first update always selects.
/// </summary>
public abstract record ReselectionRule
{
    private ReselectionRule()
    {
    }

    /// <summary>
    /// The published rule (arXiv 2406.17296): select when at least m losses were seen since the last selection and the present
    /// loss is no lower than the mean of the last m.
    /// </summary>
    /// <remarks>
    /// With the noise of mini-batches it holds about every m updates; with a loss that falls smoothly it never does. Where that
    /// is unwanted, take <see cref="FixedPeriod"/> or <see cref="LossPlateau"/>.
    /// </remarks>
    /// <param name="Patience">m, in updates. Default: 100.</param>
    public sealed record LossPatience(int Patience = 100) : ReselectionRule
    {
        internal override LossHistory NewHistory() => new(Patience, smoothing: 0);

        internal override bool Holds(LossHistory history, double loss) => history.Count >= Patience && loss >= history.Losses.Average();

        internal override void Validate() => CheckSteps(Patience, nameof(Patience));
    }

    /// <summary>Select every so many updates, whatever the loss.</summary>
    /// <param name="Period">The number of updates between two selections.</param>
    public sealed record FixedPeriod(int Period) : ReselectionRule
    {
        internal override bool WatchesLoss => false;

        internal override LossHistory NewHistory() => new(window: 1, smoothing: 0);

        internal override bool Holds(LossHistory history, double loss) => history.Count + 1 >= Period;

        internal override void Validate() => CheckSteps(Period, nameof(Period));
    }

    /// <summary>
    /// Select when the exponentially smoothed loss fell by less than a share of itself over the last updates:
    /// φ̄_t > φ̄_{t−m} − tolerance·|φ̄_{t−m}|, with t counted from the last selection.
    /// </summary>
    /// <remarks>
    /// φ̄ is corrected for its beginning, as Adam's moments are, so that the first losses count no more than later ones. It is compared with no φ̄ of fewer than w = ⌈1 / (1 − smoothing)⌉ losses,
    /// lest a single one decides: the rule holds after m + w updates at the earliest.
    /// </remarks>
    /// <param name="Patience">m, in updates. Default: 100.</param>
    /// <param name="Smoothing">Weight of the past in the smoothed loss, in [0, 1). Default: 0.98.</param>
    /// <param name="Tolerance">The share of the loss that counts as progress. Default: 0.01.</param>
    public sealed record LossPlateau(int Patience = 100, double Smoothing = 0.98, double Tolerance = 0.01) : ReselectionRule
    {
        internal override LossHistory NewHistory() => new(Patience, Smoothing);

        // Rounded, since 1 − 0.98 is not quite 0.02.
        private long LossesToSettle => (long)Math.Ceiling(Math.Round(1 / (1 - Smoothing), 6));

        internal override bool Holds(LossHistory history, double loss) =>
            history.Count + 1 >= Patience + LossesToSettle && loss > history.Losses.First() - Tolerance * Math.Abs(history.Losses.First());

        internal override void Validate()
        {
            CheckSteps(Patience, nameof(Patience));
            if (Smoothing is not (>= 0 and < 1))
                throw new ArgumentOutOfRangeException(nameof(Smoothing), Smoothing, $"{nameof(Smoothing)} must be at least 0 and below 1.");
            if (Tolerance is not (>= 0 and < 1))
                throw new ArgumentOutOfRangeException(nameof(Tolerance), Tolerance, $"{nameof(Tolerance)} must be at least 0 and below 1.");
        }
    }

    internal virtual bool WatchesLoss => true;

    internal abstract LossHistory NewHistory();

    /// <summary>Whether to select after an update, given the history before it and its loss, smoothed as the history is.</summary>
    internal abstract bool Holds(LossHistory history, double loss);

    internal abstract void Validate();

    /// <summary>Takes the loss of an update into the history, and says whether the next update is to select.</summary>
    internal bool Observe(LossHistory history, double loss)
    {
        double smoothed = history.Smooth(loss);
        if (Holds(history, smoothed))
        {
            history.Clear();
            return true;
        }

        history.Add(smoothed);
        return false;
    }

    private static void CheckSteps(int steps, string option)
    {
        if (steps < 1)
            throw new ArgumentOutOfRangeException(option, steps, $"{option} must be at least 1 update.");
    }
}
