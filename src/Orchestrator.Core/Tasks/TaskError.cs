namespace Orchestrator.Tasks;

/// <summary>Why a task or an attempt did not succeed.</summary>
/// <param name="Code">Stable name of the kind of error in snake_case.</param>
/// <param name="Message">What happened, for people; at most <see cref="MaxMessageLength"/> characters are kept.</param>
public sealed record TaskError(string Code, string Message)
{
    /// <summary>Longest message that is kept, in characters.</summary>
    public const int MaxMessageLength = 4_000;

    /// <summary>Longest code that is kept, in characters.</summary>
    public const int MaxCodeLength = 100;

    /// <summary>The same error with code and message cut to what is kept.</summary>
    internal TaskError Bounded() => new(Code.Length == 0 ? "unnamed_error" : Texts.Cut(Code, MaxCodeLength), Texts.Cut(Message, MaxMessageLength));
}
