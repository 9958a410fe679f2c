using System.Runtime.CompilerServices;

namespace Azure.Data.Tables.Queries;

/// <summary>All pages of a source, read as they are asked for.</summary>
internal sealed class TableAsyncPageable<T>(IPageSource<T> source, CancellationToken cancellation) : AsyncPageable<T>(cancellation)
    where T : notnull
{
    public override IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null) =>
        Pages(continuationToken, pageSizeHint, CancellationToken);

    public override async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken, cancellationToken);
        await foreach (var page in Pages(continuation: null, pageSizeHint: null, both.Token))
        {
            foreach (var value in page.Values)
                yield return value;
        }
    }

    private async IAsyncEnumerable<Page<T>> Pages(string? continuation, int? pageSizeHint, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            var page = await source.ReadAsync(continuation, pageSizeHint, cancellationToken);
            yield return page;
            continuation = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(continuation));
    }
}

/// <inheritdoc cref="TableAsyncPageable{T}"/>
internal sealed class TablePageable<T>(IPageSource<T> source, CancellationToken cancellation) : Pageable<T>(cancellation)
    where T : notnull
{
    public override IEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        var continuation = continuationToken;
        do
        {
            var page = source.Read(continuation, pageSizeHint, CancellationToken);
            yield return page;
            continuation = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(continuation));
    }
}
