using Orchestrator.Agents.Samples.Files;

namespace Orchestrator.Agents.Samples.Reports;

/// <summary>
/// Makes one Markdown report of digests and, where the task names a file, writes it there. The file is replaced at once
/// and whole, so that it may run any number of times, also at the same time.
/// </summary>
public sealed class MarkdownReportAgent : IAgent
{
    /// <summary>The task type.</summary>
    public const string TaskType = "report.markdown";

    private readonly FileAccessRules _rules;

    /// <summary>Creates the agent.</summary>
    public MarkdownReportAgent(FileAccessRules rules) => _rules = rules;

    /// <inheritdoc />
    public async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var input = context.GetInput<MarkdownReportInput>();
        var path = input.WriteTo is null ? null : _rules.ForWriting(input.WriteTo);
        var report = MarkdownReport.Of(input.Title, input.Digests);
        if (path is not null)
            await WriteAsync(path, report, cancellationToken);
        context.Log($"A report of {input.Digests.Count} texts, {report.Length} characters.");
        return AgentResult.Of(new MarkdownReportOutput(report, path));
    }

    private static async Task WriteAsync(string path, string report, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
            throw new AgentException("path_is_folder", $"The report cannot be written to {path}: it is a folder.", isRetryable: false);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // A name of its own: the same attempt may be delivered twice at the same time.
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await File.WriteAllTextAsync(temporary, report, cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
