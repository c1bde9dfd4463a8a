using System.Globalization;
using System.Net;
using System.Text;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A page that needs nothing but itself: no script, no font, no network.</summary>
internal sealed class HtmlPage(string title)
{
    private const string Style = """
        :root { color-scheme: light dark; --back: #fff; --text: #1b1b1f; --faint: #5c5f66; --line: #c9ccd1; --one: #0b57b0; --two: #a33b00; --three: #1a7038; --four: #7a3ea8; --five: #6b5d00; }
        @media (prefers-color-scheme: dark) {
          :root { --back: #16171a; --text: #ececf0; --faint: #a8abb3; --line: #44474e; --one: #8ab8ff; --two: #ffb07c; --three: #7ed69a; --four: #d3a6f5; --five: #e0cf6a; }
        }
        body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
        figure { margin: 0; overflow-x: auto; } figcaption, .faint { color: var(--faint); font-size: .9rem; }
        svg { width: 100%; height: auto; } svg.wide { min-width: 40rem; }
        svg text { fill: var(--faint); font: 11px system-ui, sans-serif; }
        .grid { stroke: var(--line); stroke-width: 1; } .curve { fill: none; stroke-width: 2; }
        .s0 { stroke: var(--one); } .s1 { stroke: var(--two); } .s2 { stroke: var(--three); stroke-dasharray: 6 4; }
        .f0 { fill: var(--one); } .f1 { fill: var(--two); } .f2 { fill: var(--three); } .f3 { fill: var(--four); } .f4 { fill: var(--five); }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; } th, td { padding: .2rem .7rem .2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
        td:last-child { overflow-wrap: anywhere; } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        @media (max-width: 40rem) { svg:not(.wide) text { font-size: 20px; } }
        :focus-visible { outline: 3px solid var(--one); outline-offset: 2px; }
        """;

    private readonly StringBuilder _body = new();

    /// <summary>A text as it stands between tags and in attributes.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Adds a section under a heading.</summary>
    /// <param name="heading">The heading.</param>
    /// <param name="content">Its HTML.</param>
    public void Add(string heading, string content) => _body.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>{Escape(heading)}</h2>\n{content}\n</section>\n");

    /// <summary>Adds a paragraph.</summary>
    public void AddText(string text) => _body.Append(CultureInfo.InvariantCulture, $"<p>{Escape(text)}</p>\n");

    /// <summary>The page.</summary>
    public override string ToString() => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>{Escape(title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        <main>
        <h1>{Escape(title)}</h1>
        {_body}</main>
        </body>
        </html>

        """;
}
