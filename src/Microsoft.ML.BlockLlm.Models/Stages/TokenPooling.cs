namespace Microsoft.ML.BlockLlm.Models;

/// <summary>How an encoder makes one vector of the vectors of a text's tokens.</summary>
public enum TokenPooling
{
    /// <summary>The mean over the tokens, as most sentence encoders have it (Reimers and Gurevych, 2019, arXiv 1908.10084, section 3).</summary>
    Mean,

    /// <summary>The vector of the first token, such as <c>[CLS]</c>.</summary>
    FirstToken,

    /// <summary>The vector of the last token: the one that has seen all others where tokens see only those before them.</summary>
    LastToken,

    /// <summary>The model's own pretrained pooling layer.</summary>
    Pooler,
}
