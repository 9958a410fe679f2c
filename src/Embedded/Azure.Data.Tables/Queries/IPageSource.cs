namespace Azure.Data.Tables.Queries;

/// <summary>Gives the page that begins at a continuation; the first one for null.</summary>
internal interface IPageSource<T>
{
    Task<Page<T>> ReadAsync(string? continuation, int? pageSizeHint, CancellationToken cancellation);

    Page<T> Read(string? continuation, int? pageSizeHint, CancellationToken cancellation);
}
