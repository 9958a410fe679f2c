namespace Orchestrator.Configuration;

/// <summary>
/// Says that a setting may be changed while the program runs and is heeded from then on. Whoever uses it asks for the options anew each time.
/// A change of any other setting takes effect at the next start.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LiveAttribute : Attribute;
