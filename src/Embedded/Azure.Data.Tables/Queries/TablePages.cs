using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables.Columns;
using Azure.Data.Tables.Connection;
using Azure.Data.Tables.Models;
using Azure.Data.Tables.Requests;

namespace Azure.Data.Tables.Queries;

/// <summary>The tables of an account, page by page.</summary>
internal sealed class TablePages(TableConnection connection, string? filter, int? maxPerPage) : IPageSource<TableItem>
{
    public async Task<Page<TableItem>> ReadAsync(string? continuation, int? pageSizeHint, CancellationToken cancellation)
    {
        using var message = Request(continuation, pageSizeHint);
        await connection.Pipeline.SendAsync(message, cancellation);
        return PageOf(message.Response);
    }

    public Page<TableItem> Read(string? continuation, int? pageSizeHint, CancellationToken cancellation)
    {
        using var message = Request(continuation, pageSizeHint);
        connection.Pipeline.Send(message, cancellation);
        return PageOf(message.Response);
    }

    private static Page<TableItem> PageOf(Response answer)
    {
        if (answer.Status != 200)
            throw new RequestFailedException(answer);

        try
        {
            var tables = EntityReader.ReadTableNames(answer.Content.ToMemory().Span).ConvertAll(name => new TableItem(name));
            return Page<TableItem>.FromValues(tables, answer.Headers.TryGetValue("x-ms-continuation-NextTableName", out var next) ? next : null, answer);
        }
        catch (JsonException malformed)
        {
            throw new RequestFailedException(answer, malformed);
        }
    }

    private HttpMessage Request(string? continuation, int? pageSizeHint) =>
        TableRequests.Query(connection, filter, pageSizeHint ?? maxPerPage, string.IsNullOrEmpty(continuation) ? null : continuation);
}
