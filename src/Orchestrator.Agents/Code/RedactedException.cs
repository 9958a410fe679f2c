namespace Orchestrator.Agents.Code;

/// <summary>Stands in a log for an exception of which something is secret: its text without that.</summary>
internal sealed class RedactedException(string message, string text) : Exception(message)
{
    public override string ToString() => text;

    /// <summary>The exception itself where nothing in it is secret.</summary>
    public static Exception Of(Exception exception, AgentContext context)
    {
        var text = exception.ToString();
        var redacted = context.Redact(text);
        return redacted == text ? exception : new RedactedException(context.Redact(exception.Message), redacted);
    }
}
