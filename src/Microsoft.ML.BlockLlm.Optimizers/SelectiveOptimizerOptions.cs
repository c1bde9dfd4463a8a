namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of optimizers that spare most weights what AdamW costs, beside some that are trained by AdamW in full.</summary>
public abstract record SelectiveOptimizerOptions : AdamWOptimizerOptions
{
    /// <summary>
    /// Names of the parameters that AdamW trains in full at every update, whatever the method does with the rest, with <c>*</c> for any characters and
    /// <c>?</c> for one: new heads above all. Default: none.
    /// </summary>
    public IReadOnlyList<string> AlwaysActive { get; init; } = [];

    /// <summary>Whether <see cref="AlwaysActive"/> names a parameter.</summary>
    /// <param name="parameter">The parameter's name.</param>
    public bool Activates(string parameter) => ParameterPatterns.AnyMatches(AlwaysActive, parameter);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        RequirePresent(AlwaysActive, nameof(AlwaysActive), "a list of names of parameters");
    }
}
