using Microsoft.Azure.Functions.Worker.Builder;

namespace Embedded.Functions.Tests.Hosting;

internal sealed record TestAppOptions
{
    public IReadOnlyList<Type> Functions { get; init; } = [];

    /// <summary>Files of the app's folder: name and text.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public bool UsesHttp { get; init; } = true;

    public Action<FunctionsApplicationBuilder>? Configure { get; init; }
}
