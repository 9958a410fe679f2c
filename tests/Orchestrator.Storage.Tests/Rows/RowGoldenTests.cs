using System.Text.Json;
using Azure.Data.Tables;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Tests.Rows;

/// <summary>
/// Rows as version N writes them lie in Golden/vN.json, which is never edited: a release that writes other rows adds a
/// file for its version, and goes on reading the ones before.
/// </summary>
public sealed class RowGoldenTests
{
    private static readonly TaskId Id = TaskId.Parse("01M81CB2HB0C00000000000000");

    private static readonly TaskRecord Full = new()
    {
        Id = Id,
        Type = "text.digest",
        TypeVersion = 2,
        Title = "A title",
        State = TaskState.Running,
        Priority = 7,
        Tags = ["a", "b/c"],
        Parent = "01M81CB2HB0C00000000000001",
        Correlation = "order 7",
        Input = """{"file":"é"}""",
        Output = "null",
        Error = new TaskError("boom", "It broke."),
        Retry = new RetryPolicy { MaxAttempts = 4, FirstDelay = TimeSpan.FromSeconds(2), Backoff = 1.5, MaxDelay = TimeSpan.FromMinutes(3) },
        AttemptTimeLimit = TimeSpan.FromSeconds(90),
        Attempt = 2,
        LeaseEpoch = 3,
        Lease = new AttemptLease(2, 3, "host-1", TimeSpan.FromSeconds(30)),
        Agent = "digester",
        CancelRequested = true,
        DueAt = Id.CreatedAt.AddSeconds(1),
        LastEvent = 9,
        Unstarted = true,
        UpdatedAt = Id.CreatedAt.AddTicks(12_345_678),
        StartedAt = Id.CreatedAt.AddSeconds(2),
        FinishedAt = Id.CreatedAt.AddSeconds(3),
    };

    private static readonly TaskRecord Plain = new() { Id = Id, Type = "text.digest", State = TaskState.Queued, UpdatedAt = Id.CreatedAt, Input = "1" };

    private static readonly TaskEvent Event = new(2, TaskEventType.Started, Id.CreatedAt.AddSeconds(1), 1, JsonSerializer.SerializeToElement(new { agent = "digester" }));

    [Fact]
    public void Write_EachKindOfRow_IsAsInTheGoldenFile()
    {
        var rows = new Dictionary<string, SortedDictionary<string, string>>
        {
            ["task"] = Columns(TaskRow.Create(Full)),
            ["plainTask"] = Columns(TaskRow.Create(Plain)),
            ["stateIndex"] = Columns(TaskRow.StateIndex(Full)),
            ["event"] = Columns(EventRow.Create(Id, Event)),
        };

        Assert.Equal(Golden(2).ReplaceLineEndings("\n").Trim(), JsonSerializer.Serialize(rows, GoldenJson).ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_RowsOfTheGoldenFile_GivesTheTask(int version)
    {
        var golden = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(Golden(version))!;

        Assert.Equivalent(version == 1 ? Full with { Parent = null, Correlation = null } : Full, TaskRow.Read(Row(golden["task"])), strict: true);
        Assert.Equivalent(Plain, TaskRow.Read(Row(golden["plainTask"])), strict: true);
        Assert.Equivalent(Full.Title, TaskRow.Read(Row(golden["stateIndex"])).Title, strict: true);
        var read = EventRow.Read(Row(golden["event"]));
        Assert.Equal(Event with { Detail = null }, read with { Detail = null });
        Assert.Equal("""{"agent":"digester"}""", read.Detail!.Value.GetRawText());
    }

    /// <summary>What later releases of the same version have added, and older ones pass over.</summary>
    [Fact]
    public void Read_ColumnsAddedSince_GivesTheTask()
    {
        var task = Full with
        {
            Name = "nightly",
            IdempotencyKey = "key",
            IdempotencyScope = "shop",
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            SubmittedBy = "key:0123456789abcdef",
            RerunOf = "01M81CB2HB0C00000000000002",
            Callback = new TaskCallback("https://example.com/"),
            PauseRequested = true,
            HeartbeatTimeout = TimeSpan.FromSeconds(20),
            ExpiresAt = Id.CreatedAt.AddHours(1),
            FinishBy = Id.CreatedAt.AddHours(2),
        };

        Assert.Equivalent(task, TaskRow.Read(TaskRow.Create(task)), strict: true);
    }

    [Fact]
    public void Read_RowWithoutWhatEveryReleaseWrites_SaysWhatIsMissing()
    {
        var row = TaskRow.Create(Plain);
        row.Remove(TaskColumns.Type);

        var exception = Assert.Throws<InvalidDataException>(() => TaskRow.Read(row));
        Assert.Equal($"Row {TaskKeys.Task(Id)} of partition 03 has no column Type; it was changed by something other than the orchestrator.", exception.Message);
    }

    private static readonly JsonSerializerOptions GoldenJson = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static string Golden(int version) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Rows", "Golden", $"v{version}.json"));

    /// <summary>Each column as "type value".</summary>
    private static SortedDictionary<string, string> Columns(TableEntity row)
    {
        var columns = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["PartitionKey"] = $"String {row.PartitionKey}", ["RowKey"] = $"String {row.RowKey}" };
        foreach (var (name, value) in row)
            columns[name] = $"{value.GetType().Name} {(value is DateTimeOffset time ? time.ToString("O") : value)}";
        return columns;
    }

    private static TableEntity Row(Dictionary<string, string> columns)
    {
        var row = new TableEntity();
        foreach (var (name, text) in columns)
        {
            var (type, value) = (text[..text.IndexOf(' ', StringComparison.Ordinal)], text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            row[name] = type switch
            {
                "Int32" => int.Parse(value),
                "Int64" => long.Parse(value),
                "Boolean" => bool.Parse(value),
                "DateTimeOffset" => DateTimeOffset.Parse(value),
                _ => value,
            };
        }

        return row;
    }
}
