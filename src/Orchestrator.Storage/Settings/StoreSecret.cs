using Azure;
using Azure.Data.Tables;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Settings;

/// <summary>A secret of the store, made once by whoever needs it first and the same for all processes: signs continuation tokens.</summary>
internal sealed class StoreSecret
{
    private const string RowKey = "token-key";
    private const string Value = "Value";
    private const int Length = 32;

    private readonly TableClients _clients;
    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly IRandomSource _random;
    private byte[]? _secret;

    public StoreSecret(TableClients clients, TableReader reader, DayTables tables, IRandomSource random)
    {
        _clients = clients;
        _reader = reader;
        _tables = tables;
        _random = random;
    }

    /// <summary>The secret, 32 bytes.</summary>
    public async Task<byte[]> GetAsync(CancellationToken cancellationToken) =>
        _secret ??= await ReadAsync(cancellationToken) ?? await CreateAsync(cancellationToken);

    private async Task<byte[]?> ReadAsync(CancellationToken cancellationToken) =>
        (await _reader.GetAsync(_clients.NameOf(SettingsKeys.Table), SettingsKeys.Partition, RowKey, cancellationToken))?.Row.GetBinary(Value);

    private async Task<byte[]> CreateAsync(CancellationToken cancellationToken)
    {
        var table = _clients.NameOf(SettingsKeys.Table);
        await _tables.EnsureTableAsync(table);
        var secret = new byte[Length];
        _random.Fill(secret);
        try
        {
            await _clients.Reading(table).AddEntityAsync(new TableEntity(SettingsKeys.Partition, RowKey) { ["Schema"] = 1, [Value] = secret }, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            // Another process was faster, or our own first try was.
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(_clients.Endpoint, exception);
        }

        return await ReadAsync(cancellationToken) ?? throw new InvalidOperationException($"The secret in table {table} was written and cannot be read.");
    }
}
