using Microsoft.Extensions.Options;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>Options as the test says, which it may change.</summary>
internal static class TestOptions
{
    public static TestOptions<TOptions> Of<TOptions>(TOptions options) => new() { CurrentValue = options };
}

/// <inheritdoc cref="TestOptions"/>
internal sealed class TestOptions<TOptions> : IOptionsMonitor<TOptions>
{
    public required TOptions CurrentValue { get; set; }

    public TOptions Get(string? name) => CurrentValue;

    public IDisposable? OnChange(Action<TOptions, string?> listener) => null;
}
