using System.Text.Json;
using Microsoft.Extensions.Options;
using Orchestrator.Agents.Samples.Files;
using Orchestrator.Tasks;

namespace Orchestrator.Agents.Tests.Samples;

/// <summary>Runs an agent as an attempt would.</summary>
internal static class SampleRun
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    public static FileAccessRules Rules(string? readFolder = null, string? writeFolder = null)
    {
        var options = new FileAccessOptions();
        if (readFolder is not null)
            options.ReadFolders.Add(readFolder);
        if (writeFolder is not null)
            options.WriteFolders.Add(writeFolder);
        return new FileAccessRules(Options.Create(options));
    }

    public static async Task<string> RunAsync(IAgent agent, object input, CancellationToken cancellationToken = default)
    {
        var context = new AgentContext(
            TaskId.Parse("01J0000000000000000000000G"), "sample", 1, JsonSerializer.SerializeToElement(input, _json), DateTimeOffset.MaxValue, new RecordingReporter());
        return (await agent.RunAsync(context, cancellationToken)).Output;
    }

    public static async Task<T> RunAsync<T>(IAgent agent, object input) =>
        JsonSerializer.Deserialize<T>(await RunAsync(agent, input), _json)!;

    /// <summary>Code and message of the failure, which must not be retryable.</summary>
    public static async Task<string> FailAsync(IAgent agent, object input)
    {
        var exception = await Assert.ThrowsAsync<AgentException>(() => RunAsync(agent, input));
        Assert.False(exception.IsRetryable);
        return $"{exception.Code}: {exception.Message}";
    }
}
