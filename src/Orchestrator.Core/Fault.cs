namespace Orchestrator;

/// <summary>One thing that is wrong with what was given to us.</summary>
/// <param name="Pointer">JSON Pointer (RFC 6901) of the value at fault; empty for the whole document.</param>
/// <param name="Message">What is wrong and what would be right, as a sentence.</param>
public sealed record Fault(string Pointer, string Message);
