using Azure.Core;
using Azure.Data.Tables;
using Embedded.DurableTask.Log;
using Embedded.Functions.Extensibility;

namespace Embedded.DurableTask.Hub;

/// <summary>The tables of a hub.</summary>
internal sealed class HubTables
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private readonly TableServiceClient _service;

    public HubTables(TaskHubOptions options)
    {
        // Whether a conditional write may be repeated is decided by whoever knows its write id, not by the client.
        var clientOptions = new TableClientOptions { Retry = { MaxRetries = 0, NetworkTimeout = CallTimeout, Mode = RetryMode.Fixed } };
        _service = new TableServiceClient(options.ConnectionString, clientOptions);
        Owner = _service.GetTableClient(options.HubName + "Owner");
        Log = _service.GetTableClient(options.HubName + "Log");
        Live = _service.GetTableClient(options.HubName + "Live");
        Finished = _service.GetTableClient(options.HubName + "Finished");
    }

    public TableClient Owner { get; }

    public TableClient Log { get; }

    public TableClient Live { get; }

    public TableClient Finished { get; }

    /// <summary>Creates what is not there.</summary>
    /// <exception cref="HostStartException">Storage does not answer.</exception>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var table in new[] { Owner, Log, Live, Finished })
            {
                await table.CreateIfNotExistsAsync(cancellationToken);
            }
        }
        catch (Exception fault) when (StorageFaults.IsFault(fault, cancellationToken))
        {
            throw new HostStartException(
                $"Table storage at {_service.Uri} does not answer ({fault.Message.Split('\n')[0].Trim()}). Start the storage emulator (npx azurite), or set AzureWebJobsStorage to an account that answers.",
                fault);
        }
    }
}
