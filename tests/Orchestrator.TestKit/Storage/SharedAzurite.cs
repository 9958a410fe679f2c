namespace Orchestrator.TestKit.Storage;

/// <summary>The one Azurite of this test process, started when the first test asks for it; it ends with the process.</summary>
internal static class SharedAzurite
{
    private static readonly Lazy<Task<AzuriteServer>> _azurite = new(() => AzuriteServer.StartAsync(), LazyThreadSafetyMode.ExecutionAndPublication);

    public static Task<AzuriteServer> StartedAsync() => _azurite.Value;
}
