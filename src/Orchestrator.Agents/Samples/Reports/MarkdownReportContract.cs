using Orchestrator.Agents.Samples.Text;

namespace Orchestrator.Agents.Samples.Reports;

/// <summary>What to report.</summary>
/// <param name="Title">The report's heading.</param>
/// <param name="Digests">What the texts came to.</param>
/// <param name="WriteTo">Absolute path of a file to write the report to; default none.</param>
public sealed record MarkdownReportInput(string Title, IReadOnlyList<TextDigest> Digests, string? WriteTo = null);

/// <param name="Markdown">The report.</param>
/// <param name="Path">Where it was written; null when it was not.</param>
public sealed record MarkdownReportOutput(string Markdown, string? Path);
