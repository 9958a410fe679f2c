using Orchestrator.Agents.Samples.Files;

namespace Orchestrator.Agents.Samples.Text;

/// <summary>
/// Digests a text file: words, sentences, readability, key terms and longest sentence. Markdown's code and marks do not
/// count. It only reads, so that it may run any number of times.
/// </summary>
public sealed class TextDigestAgent : IAgent
{
    /// <summary>The task type.</summary>
    public const string TaskType = "text.digest";

    private readonly FileAccessRules _rules;

    /// <summary>Creates the agent.</summary>
    public TextDigestAgent(FileAccessRules rules) => _rules = rules;

    /// <inheritdoc />
    public async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var input = context.GetInput<TextDigestInput>();
        if (input.KeyTerms is < 0 or > 100)
            throw new AgentException("key_terms_invalid", $"The number of key terms is {input.KeyTerms}; it must be 0 to 100.", isRetryable: false);
        var path = _rules.ForReading(input.Folder is null ? input.Path : Path.Join(input.Folder, input.Path));

        var (text, bytes) = await TextFile.ReadAsync(path, cancellationToken);
        var isMarkdown = Path.GetExtension(path).ToLowerInvariant() is ".md" or ".markdown";
        var digest = TextAnalysis.Digest(input.Path, bytes, isMarkdown ? Prose.OfMarkdown(text) : text, input.KeyTerms, cancellationToken);
        context.Log($"{digest.Words} words in {digest.Sentences} sentences.");
        return AgentResult.Of(digest);
    }
}
