using System.Reflection;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Orchestrator.Errors;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Settings;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Schema;

/// <summary>
/// The version of what the store's tables mean, in a row of the store. At start an older store is upgraded, by one process while the others wait, and a newer one
/// refused. A store without the row is of release 1 to 3, which had none.
/// </summary>
/// <remarks>
/// Only a change that an older release would misread makes a new version. Columns and kinds of rows that it passes over do not, nor do rows that are read in
/// both forms: those say by their own column <c>Schema</c> which one they have.
/// </remarks>
internal sealed class StoreSchema
{
    /// <summary>The version that this release writes, and the newest that it reads.</summary>
    public const int Current = 2;

    /// <summary>Of a store that has tables, but no row.</summary>
    public const int BeforeVersions = 1;

    /// <summary>How long a step of an upgrade may take. A mark that stands still for longer was left by a process that is no more.</summary>
    public static readonly TimeSpan UpgradeLimit = TimeSpan.FromMinutes(2);

    private const string Row = "schema";
    private const string Version = "Version";
    private const string Release = "Release";
    private const string UpgradingTo = "UpgradingTo";

    private const int MaxTries = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly TableClients _clients;
    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly SchemaUpgrades _upgrades;
    private readonly IRandomSource _random;
    private readonly TimeProvider _time;
    private readonly ILogger<StoreSchema> _logger;

    public StoreSchema(TableClients clients, TableReader reader, DayTables tables, SchemaUpgrades upgrades, IRandomSource random, TimeProvider time, ILogger<StoreSchema> logger)
    {
        _clients = clients;
        _reader = reader;
        _tables = tables;
        _upgrades = upgrades;
        _random = random;
        _time = time;
        _logger = logger;
    }

    /// <summary>This release, as the store's row names it.</summary>
    public static string ThisRelease { get; } =
        typeof(StoreSchema).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private string Table => _clients.NameOf(SettingsKeys.Table);

    /// <summary>Makes sure that the store has the version of this release.</summary>
    /// <exception cref="StoreSchemaException">It has a newer one.</exception>
    /// <exception cref="StorageUnavailableException">Storage does not work.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _tables.EnsureTableAsync(Table);
        var watched = (Tag: "", Since: 0L);
        while (true)
        {
            if (await ReadAsync(cancellationToken) is not { } row)
            {
                await AddAsync(cancellationToken);
                continue;
            }

            var (version, target, tag) = (row.GetInt32(Version) ?? BeforeVersions, row.GetInt32(UpgradingTo) ?? 0, row.ETag.ToString());
            var isMarked = target > 0;
            if (version == Current)
            {
                // The last step takes the mark away as it is counted: one that is still there is nobody's.
                if (isMarked)
                    await WriteAsync(tag, version, 0, cancellationToken);
                return;
            }

            // How old a mark is, is measured by watching it stand still, never by comparing clocks.
            if (watched.Tag != tag)
            {
                watched = (tag, _time.GetTimestamp());
                if (isMarked)
                    _logger.Waiting(version, target);
            }

            if (isMarked && _time.GetElapsedTime(watched.Since) < UpgradeLimit)
            {
                await Task.Delay(Pause, _time, cancellationToken);
                continue;
            }

            if (isMarked)
                _logger.Abandoned(version);
            await UpgradeAsync(version, tag, cancellationToken);
        }
    }

    /// <summary>Looks whether a newer release has meanwhile upgraded the store.</summary>
    /// <exception cref="StoreSchemaException">One has.</exception>
    public Task CheckAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken);

    /// <summary>Reads the row. A store that a newer release has begun to upgrade is as little ours as one that it has upgraded: parts of it may be of the newer version.</summary>
    private async Task<TableEntity?> ReadAsync(CancellationToken cancellationToken)
    {
        var row = (await _reader.GetAsync(Table, SettingsKeys.Partition, Row, cancellationToken))?.Row;
        var version = Math.Max(row?.GetInt32(Version) ?? 0, row?.GetInt32(UpgradingTo) ?? 0);
        return version > Current
            ? throw new StoreSchemaException(_clients.Endpoint, version, row!.GetString(Release) ?? "", Current, ThisRelease)
            : row;
    }

    /// <summary>A store of tasks has the directory of its days.</summary>
    private async Task<bool> HasTasksAsync(CancellationToken cancellationToken)
    {
        var days = _clients.NameOf(Keys.DayKeys.Table);
        await foreach (var table in _reader.ListTablesAsync(days, days + "0", cancellationToken))
            return table == days;
        return false;
    }

    private async Task AddAsync(CancellationToken cancellationToken)
    {
        if (await HasTasksAsync(cancellationToken))
            await UpgradeAsync(BeforeVersions, null, cancellationToken);
        else
            await WriteAsync(null, Current, 0, cancellationToken);
    }

    /// <summary>Upgrades the store step by step, if the row can be marked. Each step may be made again, so one that was broken off is.</summary>
    private async Task UpgradeAsync(int version, string? tag, CancellationToken cancellationToken)
    {
        if (await WriteAsync(tag, version, Current, cancellationToken) is not { } mark)
            return;

        while (version < Current)
        {
            try
            {
                await _upgrades.MakeAsync(version + 1, cancellationToken);
            }
            catch
            {
                // So that the next start need not watch the mark for long.
                await WriteAsync(mark, version, 0, CancellationToken.None);
                throw;
            }

            version++;
            if (await WriteAsync(mark, version, version == Current ? 0 : Current, cancellationToken) is not { } next)
                return;
            mark = next;
            _logger.Upgraded(version);
        }
    }

    /// <summary>Writes the row if it is as it was read. What has no clear answer is looked at, and sent again if it was not written.</summary>
    /// <param name="tag">The ETag it had; null: there was none.</param>
    /// <returns>The ETag it has now; null: somebody else was faster.</returns>
    private async Task<string?> WriteAsync(string? tag, int version, int upgradingTo, CancellationToken cancellationToken)
    {
        var writeId = NewWriteId();
        var row = new TableEntity(SettingsKeys.Partition, Row)
        {
            ["Schema"] = 1,
            [Version] = version,
            [Release] = ThisRelease,
            [UpgradingTo] = upgradingTo,
            [BatchingWriter.WriteIdColumn] = writeId,
        };
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await SendAsync(row, tag, cancellationToken);
            }
            catch (Exception exception) when (IsOpen(exception) && !cancellationToken.IsCancellationRequested)
            {
                if (await ReadAsync(cancellationToken) is { } present && present.GetString(BatchingWriter.WriteIdColumn) == writeId)
                    return present.ETag.ToString();
                if (!StorageFailures.IsUnclear(exception))
                    return null;
                if (tries == MaxTries)
                    throw StorageFailures.Describe(_clients.Endpoint, exception);
            }
            catch (RequestFailedException refused) when (StorageFailures.IsUnavailable(refused))
            {
                throw StorageFailures.Describe(_clients.Endpoint, refused);
            }
        }
    }

    /// <summary>Whether the row alone can tell what became of a write.</summary>
    private static bool IsOpen(Exception exception) => exception is RequestFailedException { Status: 409 or 412 } || StorageFailures.IsUnclear(exception);

    private async Task<string?> SendAsync(TableEntity row, string? tag, CancellationToken cancellationToken)
    {
        var table = _clients.Writing(Table);
        var answer = tag is null
            ? await table.AddEntityAsync(row, cancellationToken)
            : await table.UpdateEntityAsync(row, new ETag(tag), TableUpdateMode.Merge, cancellationToken);
        return answer.Headers.ETag?.ToString();
    }

    private string NewWriteId()
    {
        Span<byte> bytes = stackalloc byte[12];
        _random.Fill(bytes);
        return Convert.ToBase64String(bytes);
    }
}
