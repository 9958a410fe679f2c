using Azure.Data.Tables;
using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Ownership;
using Embedded.Functions.Extensibility;

namespace Embedded.DurableTask.Hub;

/// <summary>A hub's storage: four tables of the storage account.</summary>
internal sealed class HubTables : IHubStorage
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private readonly TableServiceClient _service;
    private readonly IReadOnlyList<TableClient> _tables;

    public HubTables(TaskHubOptions options)
    {
        var clientOptions = new TableClientOptions { Retry = { NetworkTimeout = CallTimeout }, RetryPolicy = new RepeatableCalls() };
        _service = options.ConnectionString is { } text ? new TableServiceClient(text, clientOptions) : options.Account!.Tables(clientOptions);
        var owner = _service.GetTableClient(options.HubName + "Owner");
        var log = _service.GetTableClient(options.HubName + "Log");
        var live = _service.GetTableClient(options.HubName + "Live");
        var finished = _service.GetTableClient(options.HubName + "Finished");
        _tables = [owner, log, live, finished];
        Owner = new TableOwnerStore(owner);
        Log = new TableLogStore(log);
        Live = new TableRowStore(live);
        Finished = new TableRowStore(finished);
    }

    public IOwnerStore Owner { get; }

    public ILogStore Log { get; }

    public IRowStore Live { get; }

    public IRowStore Finished { get; }

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var table in _tables)
            {
                await table.CreateIfNotExistsAsync(cancellationToken);
            }
        }
        catch (Exception fault) when (StorageFaults.IsFault(fault, cancellationToken))
        {
            throw new HostStartException(
                $"Table storage at {_service.Uri} does not answer ({StorageFaults.LastOf(fault).Message.Split('\n')[0].Trim()}). Start the storage emulator (npx azurite), or set AzureWebJobsStorage to an account that answers.",
                fault);
        }
    }
}
