using System.Linq.Expressions;
using Azure.Data.Tables.Filters;
using Azure.Data.Tables.Queries;
using Azure.Data.Tables.Requests;

namespace Azure.Data.Tables;

/// <content>Queries.</content>
public partial class TableClient
{
    /// <summary>The filter that a predicate says.</summary>
    /// <exception cref="NotSupportedException">The service cannot evaluate the predicate.</exception>
    public static string CreateQueryFilter<T>(Expression<Func<T, bool>> filter) => ExpressionFilter.Create(filter);

    /// <summary>The filter of an interpolated string, whose values are quoted and escaped: no value can change what the filter says.</summary>
    public static string CreateQueryFilter(FormattableString filter) => FormattedFilter.Create(filter);

    /// <inheritdoc cref="Query{T}(string, int?, IEnumerable{string}, CancellationToken)"/>
    public virtual Pageable<T> Query<T>(
        Expression<Func<T, bool>> filter, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity => Query<T>(ExpressionFilter.Create(filter), maxPerPage, select, cancellationToken);

    /// <summary>The rows that a filter lets through, in the order of their keys. Pages are read as they are asked for.</summary>
    /// <param name="filter">OData; null for all rows.</param>
    /// <param name="maxPerPage">1 to 1,000 rows a page. It does not bound the whole.</param>
    /// <param name="select">The columns wanted; null for all.</param>
    public virtual Pageable<T> Query<T>(
        string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity => new TablePageable<T>(Pages<T>(filter, maxPerPage, select), cancellationToken);

    /// <inheritdoc cref="Query{T}(string, int?, IEnumerable{string}, CancellationToken)"/>
    public virtual AsyncPageable<T> QueryAsync<T>(
        Expression<Func<T, bool>> filter, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity => QueryAsync<T>(ExpressionFilter.Create(filter), maxPerPage, select, cancellationToken);

    /// <inheritdoc cref="Query{T}(string, int?, IEnumerable{string}, CancellationToken)"/>
    public virtual AsyncPageable<T> QueryAsync<T>(
        string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity => new TableAsyncPageable<T>(Pages<T>(filter, maxPerPage, select), cancellationToken);

    private EntityPages<T> Pages<T>(string? filter, int? maxPerPage, IEnumerable<string>? select)
        where T : class, ITableEntity => new(_connection, _requests, filter, maxPerPage, EntityRequests.Columns(select));
}
