using System.Globalization;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Listing;

/// <summary>Lists tasks newest first, a page at a time. A page is given out short, with a token, when it would take too much.</summary>
internal sealed class TaskLister
{
    private readonly SegmentDirectory _directory;
    private readonly DayTables _tables;
    private readonly TableReader _reader;
    private readonly TaskResolver _resolver;
    private readonly ContinuationTokens _tokens;
    private readonly TimeProvider _time;

    public TaskLister(SegmentDirectory directory, DayTables tables, TableReader reader, ContinuationTokens tokens, TimeProvider time)
    {
        _directory = directory;
        _tables = tables;
        _reader = reader;
        _resolver = new TaskResolver(reader, tables);
        _tokens = tokens;
        _time = time;
    }

    /// <exception cref="ArgumentException">The query is not one that can be answered.</exception>
    public async Task<TaskListing> ListAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1, nameof(query));
        if (query.Title is not null && query.From is null)
            throw new ArgumentException("Titles have no index: a search in them needs the time to search from.", nameof(query));

        var filter = FilterText(query);
        var before = TaskKeys.FirstOf(query.To?.ToUnixTimeMilliseconds() ?? long.MaxValue);
        if (query.ContinuationToken is { } token)
        {
            if (await _tokens.ReadAsync(token, filter, cancellationToken) is not { } position)
                return new TaskListing.InvalidToken();
            before = position;
        }

        var page = new TaskPageReader(_reader, _tables, _directory, _resolver, new RequestBudget(_time), query, before, cancellationToken);
        var (tasks, next) = await page.ReadAsync(cancellationToken);
        return new TaskListing.Page(tasks, next is { } resume ? await _tokens.WriteAsync(resume, filter, cancellationToken) : null);
    }

    /// <summary>The filters as a text that differs for different ones; a token is good for one of them.</summary>
    private static string FilterText(TaskQuery query)
    {
        (string Name, string? Value)[] filters =
        [
            ("state", query.State?.ToString()), ("type", query.Type), ("agent", query.Agent), ("tag", query.Tag),
            ("parent", query.Parent), ("correlation", query.Correlation), ("from", Milliseconds(query.From)), ("to", Milliseconds(query.To)), ("title", query.Title),
        ];
        return "tasks" + string.Concat(filters.Where(filter => filter.Value is not null).Select(filter => $";{filter.Name}={KeyText.Encode(filter.Value!)}"));
    }

    private static string? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
