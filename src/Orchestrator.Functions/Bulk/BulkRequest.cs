using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Problems;
using Orchestrator.Retention;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Bulk;

/// <summary>What is done to each task.</summary>
public enum BulkAction
{
    /// <summary>It is cancelled, or its agent asked to stop.</summary>
    Cancel = 0,

    /// <summary>It is done again as a new task, once it is over.</summary>
    Rerun = 1,

    /// <summary>It is removed, once it is over.</summary>
    Purge = 2,
}

/// <summary>What a bulk task is to do: the input of such a task.</summary>
/// <param name="Filter">Which tasks; null where <paramref name="Ids"/> says so.</param>
/// <param name="Ids">Which tasks; null where <paramref name="Filter"/> says so.</param>
/// <param name="OlderThan">Only tasks that ended so long ago; null: all.</param>
/// <param name="Limit">Most tasks to look at.</param>
/// <param name="IsDryRun">Whether it is only counted what would be done.</param>
public sealed record BulkRequest(BulkAction Action, TaskQuery? Filter, IReadOnlyList<TaskId>? Ids, TimeSpan? OlderThan, int Limit, bool IsDryRun)
{
    /// <summary>Most tasks of a bulk task: what becomes of each fits into its log.</summary>
    public const int MaxLimit = 4_500;

    /// <summary>The limit when none is given.</summary>
    public const int DefaultLimit = 1_000;

    private static readonly string[] Fields = ["action", "filter", "ids", "olderThan", "limit", "dryRun"];
    private static readonly string[] NotFilters = ["pageSize", "continuationToken"];

    /// <summary>Finds what is wrong with an input.</summary>
    public static IEnumerable<Fault> FindFaults(JsonElement input)
    {
        Read(input, out var faults);
        return faults;
    }

    /// <summary>Reads an input; null when there are faults.</summary>
    public static BulkRequest? Read(JsonElement input, out List<Fault> faults)
    {
        faults = [];
        if (input.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new Fault("", "It must be an object with 'action', and 'filter' or 'ids'."));
            return null;
        }

        var given = input.EnumerateObject().Where(property => property.Value.ValueKind != JsonValueKind.Null).ToDictionary(property => property.Name, property => property.Value, StringComparer.Ordinal);
        foreach (var name in given.Keys.Except(Fields, StringComparer.Ordinal))
            faults.Add(new Fault(JsonPointer.Join("", name), $"There is no such field. The fields are: {string.Join(", ", Fields)}."));
        var action = ReadAction(given, faults);
        if (given.ContainsKey("filter") == given.ContainsKey("ids"))
            faults.Add(new Fault("", "Give either 'filter' or 'ids'. An empty filter is every task."));
        var filter = given.TryGetValue("filter", out var filters) ? ReadFilter(filters, faults) : null;
        var ids = given.TryGetValue("ids", out var list) ? ReadIds(list, faults) : null;
        var request = new BulkRequest(action, filter, ids, ReadOlderThan(given, faults), ReadLimit(given, faults), ReadDryRun(given, faults));
        return faults.Count == 0 ? request : null;
    }

    private static BulkAction ReadAction(Dictionary<string, JsonElement> given, List<Fault> faults)
    {
        if (given.TryGetValue("action", out var value) && value.ValueKind == JsonValueKind.String)
        {
            switch (value.GetString())
            {
                case "cancel":
                    return BulkAction.Cancel;
                case "rerun":
                    return BulkAction.Rerun;
                case "purge":
                    return BulkAction.Purge;
            }
        }

        faults.Add(new Fault("/action", "It must be one of: cancel, rerun, purge."));
        return default;
    }

    /// <summary>The filters are those of the list, under the same names and rules.</summary>
    private static TaskQuery? ReadFilter(JsonElement filter, List<Fault> faults)
    {
        if (filter.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new Fault("/filter", "It must be an object with filters of the task list."));
            return null;
        }

        var query = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (var property in filter.EnumerateObject().Where(property => property.Value.ValueKind != JsonValueKind.Null))
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                faults.Add(new Fault(JsonPointer.Join("/filter", property.Name), "It must be a string."));
            else if (NotFilters.Contains(property.Name, StringComparer.OrdinalIgnoreCase))
                faults.Add(new Fault(JsonPointer.Join("/filter", property.Name), "It is no filter; the pages are read one after the other."));
            else
                query[property.Name] = property.Value.GetString();
        }

        try
        {
            return TaskQueryReader.Read(new QueryCollection(query));
        }
        catch (ProblemException exception)
        {
            faults.AddRange(exception.Problem.Errors!.Select(fault => fault with { Pointer = "/filter" + fault.Pointer }));
            return null;
        }
    }

    private static List<TaskId> ReadIds(JsonElement list, List<Fault> faults)
    {
        var ids = new List<TaskId>();
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is < 1 or > MaxLimit)
        {
            faults.Add(new Fault("/ids", $"It must be an array of 1 to {MaxLimit} ids of tasks."));
            return ids;
        }

        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            if (item.ValueKind == JsonValueKind.String && TaskId.TryParse(item.GetString(), out var id))
                ids.Add(id);
            else
                faults.Add(new Fault($"/ids/{index}", $"It must be the id of a task: {TaskId.Length} characters."));
        }

        return [.. ids.Distinct()];
    }

    private static TimeSpan? ReadOlderThan(Dictionary<string, JsonElement> given, List<Fault> faults)
    {
        if (!given.TryGetValue("olderThan", out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String && Durations.TryParse(value.GetString(), out var age) && age <= TaskRetention.Longest)
            return age;

        faults.Add(new Fault("/olderThan", $"It must be {Durations.Form}, from 0 to 3,650 days."));
        return null;
    }

    private static int ReadLimit(Dictionary<string, JsonElement> given, List<Fault> faults)
    {
        if (!given.TryGetValue("limit", out var value))
            return given.TryGetValue("ids", out var ids) && ids.ValueKind == JsonValueKind.Array ? Math.Max(1, ids.GetArrayLength()) : DefaultLimit;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var limit) && limit is >= 1 and <= MaxLimit)
            return limit;

        faults.Add(new Fault("/limit", $"It must be a whole number from 1 to {MaxLimit}."));
        return DefaultLimit;
    }

    private static bool ReadDryRun(Dictionary<string, JsonElement> given, List<Fault> faults)
    {
        if (given.TryGetValue("dryRun", out var value) && value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            faults.Add(new Fault("/dryRun", "It must be true or false."));
        return given.TryGetValue("dryRun", out value) && value.ValueKind == JsonValueKind.True;
    }
}
