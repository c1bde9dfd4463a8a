using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>
/// Predicts the next character from those before it, after Bengio et al., "A Neural Probabilistic Language Model" (2003):
/// <c>[batch, context]</c> characters to <c>[batch, characters]</c> logits.
/// </summary>
internal sealed class CharacterModel : nn.Module<Tensor, Tensor>
{
    private const int Size = 32;
    private const int Hidden = 512;

    private readonly Parameter characters;
    private readonly Linear first;
    private readonly Linear second;
    private readonly Linear head;

    public CharacterModel() : base(nameof(CharacterModel))
    {
        characters = new Parameter(randn(CharacterText.Characters, Size));
        first = nn.Linear(CharacterText.Context * Size, Hidden);
        second = nn.Linear(Hidden, Hidden);
        head = nn.Linear(Hidden, CharacterText.Characters);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var vectors = characters.index_select(0, input.view(-1)).view(input.shape[0], -1);
        var hidden = nn.functional.gelu(second.forward(nn.functional.gelu(first.forward(vectors))));
        return head.forward(hidden);
    }
}
