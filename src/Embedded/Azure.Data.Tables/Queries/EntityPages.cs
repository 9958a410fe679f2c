using Azure.Core;
using Azure.Data.Tables.Connection;
using Azure.Data.Tables.Requests;

namespace Azure.Data.Tables.Queries;

/// <summary>One query on a table's rows, page by page, from any continuation on.</summary>
internal sealed class EntityPages<T>(TableConnection connection, EntityRequests requests, string? filter, int? maxPerPage, string? select)
    : IPageSource<T>
    where T : class, ITableEntity
{
    public async Task<Page<T>> ReadAsync(string? continuation, int? pageSizeHint, CancellationToken cancellation)
    {
        using var message = Request(continuation, pageSizeHint);
        await connection.Pipeline.SendAsync(message, cancellation);
        return PageOf(message.Response);
    }

    public Page<T> Read(string? continuation, int? pageSizeHint, CancellationToken cancellation)
    {
        using var message = Request(continuation, pageSizeHint);
        connection.Pipeline.Send(message, cancellation);
        return PageOf(message.Response);
    }

    private static Page<T> PageOf(Response answer) =>
        Page<T>.FromValues(EntityAnswers.Page<T>(answer), Continuation.Of(answer), answer);

    private HttpMessage Request(string? continuation, int? pageSizeHint) =>
        requests.Query(filter, select, pageSizeHint ?? maxPerPage, Continuation.Parse(continuation));
}
