namespace Orchestrator.Agents.Samples.Text;

/// <summary>What to digest; a file as <c>files.list</c> lists it will do.</summary>
/// <param name="Path">The file: absolute, or relative to the folder.</param>
/// <param name="Folder">Absolute; needed where the path is relative.</param>
/// <param name="KeyTerms">How many key terms to give: 0 to 100, default 10.</param>
public sealed record TextDigestInput(string Path, string? Folder = null, int KeyTerms = 10);

/// <summary>A text in figures.</summary>
/// <param name="Path">The file as the task named it.</param>
/// <param name="ReadingEase">Flesch reading ease, one decimal: about 0 (very hard) to 100 (very easy), null without words.</param>
/// <param name="KeyTerms">The most frequent words that carry meaning; equally frequent ones by alphabet.</param>
/// <param name="LongestSentence">The first of the sentences with the most words; null without words.</param>
public sealed record TextDigest(
    string Path, long Bytes, int Words, int Sentences, double? ReadingEase, IReadOnlyList<KeyTerm> KeyTerms, LongestSentence? LongestSentence);

/// <param name="Term">In lower case.</param>
/// <param name="Count">How often it occurs.</param>
public sealed record KeyTerm(string Term, int Count);

/// <param name="Text">On one line; cut after 300 characters, with '…' in place of the rest.</param>
/// <param name="Words">How many words it has.</param>
public sealed record LongestSentence(string Text, int Words);
