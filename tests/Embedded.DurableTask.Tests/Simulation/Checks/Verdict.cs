using System.Diagnostics.CodeAnalysis;

namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <summary>What has been found wrong, first of all things. Code under test may swallow the exception; the finding stays.</summary>
internal sealed class Verdict
{
    public string? Fault { get; private set; }

    /// <exception cref="SimulationFailedException">Always.</exception>
    [DoesNotReturn]
    public void Fail(string fault)
    {
        Fault ??= fault;
        throw new SimulationFailedException(fault);
    }

    /// <exception cref="SimulationFailedException">The condition does not hold.</exception>
    public void Require([DoesNotReturnIf(false)] bool condition, [System.Runtime.CompilerServices.InterpolatedStringHandlerArgument(nameof(condition))] ref RequirementText text)
    {
        if (!condition)
        {
            Fail(text.ToString());
        }
    }
}

/// <summary>The text of a requirement, put together only when it does not hold.</summary>
[System.Runtime.CompilerServices.InterpolatedStringHandler]
internal ref struct RequirementText
{
    private System.Runtime.CompilerServices.DefaultInterpolatedStringHandler _text;

    public RequirementText(int literalLength, int formattedCount, bool condition, out bool isNeeded)
    {
        isNeeded = !condition;
        _text = isNeeded ? new(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public override string ToString() => _text.ToStringAndClear();
}

/// <summary>An invariant does not hold.</summary>
internal sealed class SimulationFailedException(string message) : Exception(message);
