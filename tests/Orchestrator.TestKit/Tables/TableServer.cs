using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orchestrator.Cli.Azurite;
using Orchestrator.TestKit.Tables.Protocol;
using Orchestrator.TestKit.Tables.Rows;

namespace Orchestrator.TestKit.Tables;

/// <summary>
/// A table service in memory, on a loopback port of its own, that answers as Azure does, also where Azurite is laxer, and counts what it is asked. It keeps
/// rows in the order of their keys, so that tables of millions of rows are as fast as small ones and take about as much memory as their rows have bytes.
/// </summary>
/// <remarks>
/// Point reads and writes take O(log n); a query takes O(log n) and the rows it has to look at, which are counted: see <see cref="TableCounts.RowsScanned"/>.
/// Nothing is kept on disk. It speaks for the table service alone: queues and blobs are not there.
/// </remarks>
public sealed class TableServer : IAsyncDisposable
{
    private const int LargestRequest = 8 * 1024 * 1024;

    private readonly WebApplication _server;
    private readonly TimeProvider _time;
    private readonly TableStore _store;
    private readonly TableCounter _counter = new();
    private readonly SharedKeyCheck _key = new(AzuriteEndpoints.AccountName, AzuriteEndpoints.AccountKey);
    private EntityHandler? _entities;
    private TableHandler? _tables;

    private TableServer(TimeProvider time)
    {
        _time = time;
        _store = new TableStore(time);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        _server = builder.Build();
        _server.Run(HandleAsync);
    }

    /// <summary>The account's address.</summary>
    public Uri Endpoint { get; private set; } = new("about:blank");

    /// <summary>The account's name, the emulator's.</summary>
    public string AccountName => AzuriteEndpoints.AccountName;

    /// <summary>The account's key, base 64; it protects nothing.</summary>
    public string AccountKey => AzuriteEndpoints.AccountKey;

    /// <summary>What a client of the table service needs.</summary>
    public string ConnectionString => $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={AccountKey};TableEndpoint={Endpoint};";

    /// <summary>What was asked for and done since the start or the last <see cref="ResetCounts"/>.</summary>
    public TableCounts Counts => _counter.Counts;

    /// <summary>The pages asked for since the start or the last <see cref="ResetCounts"/>, in the order of their answers.</summary>
    public IReadOnlyList<TableQuery> Queries => _counter.Queries;

    /// <summary>
    /// Rows that a query looks at before it ends its page, full or even empty, with a continuation: what Azure does after 5 s or at the border of a partition
    /// server. 1 or more; no limit unless set.
    /// </summary>
    public int ScanLimit
    {
        get => Entities.ScanLimit;
        set => Entities.ScanLimit = value;
    }

    private EntityHandler Entities => _entities ?? throw new InvalidOperationException("The table server has not been started.");

    private TableHandler Tables => _tables ?? throw new InvalidOperationException("The table server has not been started.");

    /// <summary>Starts an empty one.</summary>
    /// <param name="time">The clock of timestamps and of the Date header; the system's unless given.</param>
    public static async Task<TableServer> StartAsync(TimeProvider? time = null)
    {
        var server = new TableServer(time ?? TimeProvider.System);
        await server._server.StartAsync();
        server.Endpoint = new Uri(new Uri(server._server.Urls.Single()), server.AccountName);
        var endpoint = server.Endpoint.AbsoluteUri;
        server._entities = new EntityHandler(server._store, server._counter, server._time, endpoint, server.AccountName);
        server._tables = new TableHandler(server._store, server._counter, endpoint);
        return server;
    }

    /// <summary>Counts from nothing again.</summary>
    /// <returns>The counts until now.</returns>
    public TableCounts ResetCounts() => _counter.Reset();

    /// <summary>How many rows a table has.</summary>
    public int CountRows(string table) => _store.CountRows(table);

    /// <summary>
    /// Puts rows in a table without any request, over those with the same keys. The table is created if it is not there. Rows in ascending order are fastest and
    /// need least memory.
    /// </summary>
    /// <param name="rows">
    /// Names and values of each row, as a <c>TableEntity</c> has them: <c>PartitionKey</c> and <c>RowKey</c> among them. Nulls, ETag and timestamp are passed over.
    /// </param>
    /// <exception cref="InvalidOperationException">Azure would refuse a row; those before it are in the table.</exception>
    public void Load(string table, IEnumerable<IEnumerable<KeyValuePair<string, object>>> rows)
    {
        try
        {
            _store.Load(table, rows.Select(row => SentRow.Of(row.Where(IsColumn).Select(column => Column.Of(column.Key, column.Value)))));
        }
        catch (TableRefusal refusal)
        {
            throw new InvalidOperationException($"{refusal.Code}: {refusal.Message}", refusal);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
    }

    private static bool IsColumn(KeyValuePair<string, object> column) =>
        column.Value is not null && !column.Key.StartsWith("odata.", StringComparison.Ordinal) && column.Key != SentRow.TimestampName;

    private static void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = LargestRequest;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        // Two keys of 1 KiB, each byte of which may be escaped, and a filter with as many again.
        options.Limits.MaxRequestLineSize = 64 * 1024;
        options.Listen(IPAddress.Loopback, 0);
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var answer = Answer(context, body.ToArray());
        context.Response.StatusCode = answer.Status;
        context.Response.Headers.Date = _time.GetUtcNow().ToString("R");
        context.Response.Headers["x-ms-version"] = "2019-02-02";
        context.Response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();
        foreach (var (name, value) in answer.Headers)
            context.Response.Headers[name] = value;
        if (!answer.Body.IsEmpty)
            await context.Response.Body.WriteAsync(answer.Body);
    }

    private TableAnswer Answer(HttpContext context, byte[] body)
    {
        try
        {
            var address = TableAddress.Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, AccountName);
            _key.Check(context.Request, address);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var call = new TableCall(headers.GetValueOrDefault("X-HTTP-Method", context.Request.Method), address, headers, body);
            return address.Resource switch
            {
                "" => throw TableRefusal.NotImplemented(),
                TableAddress.Tables => Tables.Handle(call),
                _ => Entities.Handle(call),
            };
        }
        catch (TableRefusal refusal)
        {
            return TableAnswer.Of(refusal, _time.GetUtcNow());
        }
    }
}
