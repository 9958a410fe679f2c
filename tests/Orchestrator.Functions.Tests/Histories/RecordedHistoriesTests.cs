using Microsoft.DurableTask;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Orchestrations;

namespace Orchestrator.Functions.Tests.Histories;

/// <summary>
/// Orchestrations that are under way go on with the code of the next release, so it must decide on their histories as the code before has. Where it does not, the release
/// needs a task hub of its own: docs/decisions/0014-a-task-hub-per-version.md.
/// </summary>
public sealed class RecordedHistoriesTests : IDisposable
{
    private static readonly HistoryFolder _recorded = HistoryFolder.Find();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("histories");

    public static TheoryData<string> Names()
    {
        RecordWhenAsked();
        return [.. _recorded.Names];
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Replay_RecordedHistory_PresentCodeDecidesAlike(string name) => Assert.Null(_recorded.FindFault(name));

    [Fact]
    public void Recorded_EveryScenario_HasItsHistory()
    {
        RecordWhenAsked();

        Assert.Equal(Scenarios.All.Select(scenario => scenario.Name).Order(StringComparer.Ordinal), _recorded.Names);
    }

    [Fact]
    public void Replay_CodeThatCallsOnceMoreAtTheBeginning_IsRejected()
    {
        var difference = Replay("success", async context =>
        {
            await context.CallActivityAsync("Another");
            await TaskOrchestrator.RunAsync(context);
        });

        Assert.Equal("#0, Activity AttemptActivity is now Activity Another", difference);
    }

    [Fact]
    public void Replay_CodeThatCallsOnceMoreAtTheEnd_IsRejected()
    {
        var difference = Replay("retry-then-success", async context =>
        {
            await TaskOrchestrator.RunAsync(context);
            await context.CallActivityAsync("Another");
        });

        Assert.Equal("#3, End is now Activity Another", difference);
    }

    [Fact]
    public void Replay_CodeThatDecidesMoreInATurn_IsRejected()
    {
        var difference = Replay("success", async context =>
        {
            var run = TaskOrchestrator.RunAsync(context);
            var timer = context.CreateTimer(TimeSpan.FromHours(1), default);
            await await Task.WhenAny(run, timer);
        });

        Assert.Equal("#1, Timer, is new", difference);
    }

    [Fact]
    public void Replay_CodeThatDoesNotWait_IsRejected()
    {
        var difference = Replay("retry-then-success", async context =>
        {
            await context.CallActivityAsync<AttemptStep>(nameof(AttemptActivity), new AttemptRequest(context.InstanceId, 1), ActivityRetries.Options);
            await context.CallActivityAsync<AttemptStep>(nameof(AttemptActivity), new AttemptRequest(context.InstanceId, 2), ActivityRetries.Options);
        });

        Assert.Equal("#1, Timer is now Activity AttemptActivity", difference);
    }

    [Fact]
    public void Replay_CodeThatDecidesLess_IsRejected() =>
        Assert.Equal("#1, End, is not there any more", Replay("success", async context =>
        {
            await context.CallActivityAsync<AttemptStep>(nameof(AttemptActivity), new AttemptRequest(context.InstanceId, 1), ActivityRetries.Options);
            await context.WaitForExternalEvent<string>("Never");
        }));

    [Fact]
    public void Replay_InputWithAPropertyOfAnotherName_IsRejected() =>
        Assert.Equal("#0, Activity AttemptActivity: input.Attempt is not there any more", Replay("success", context =>
            context.CallActivityAsync<AttemptStep>(nameof(AttemptActivity), new { TaskId = "", Try = 1, Slots = "", Ticket = 0 }, ActivityRetries.Options)));

    [Fact]
    public void Replay_InputWithAPropertyOfAnotherKind_IsRejected() =>
        Assert.Equal("#0, Activity AttemptActivity: input.Attempt was a Number and is a String", Replay("success", context =>
            context.CallActivityAsync<AttemptStep>(nameof(AttemptActivity), new { TaskId = "", Attempt = "1", Slots = "", Ticket = 0 }, ActivityRetries.Options)));

    [Fact]
    public void Replay_OtherRetries_IsRejected() =>
        Assert.Equal("#0, Activity AttemptActivity was tried 5 times, first after 00:00:01, then times 2, and is now tried once", Replay("success", context =>
            context.CallActivityAsync<AttemptStep>(nameof(AttemptActivity), new AttemptRequest(context.InstanceId, 1))));

    [Theory]
    [InlineData("00:00:10", null, ", at most 00:00:10 apart")]
    [InlineData("-00:00:00.0010000", null, ", at most -00:00:00.0010000 apart")]
    [InlineData(null, "00:02:00", ", for 00:02:00 in all")]
    [InlineData("00:00:10", "00:02:00", ", at most 00:00:10 apart, for 00:02:00 in all")]
    public void Replay_RetriesWithOtherBounds_IsRejected(string? most, string? limit, string difference)
    {
        static TimeSpan? Span(string? text) => text is null ? null : TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var policy = new RetryPolicy(5, TimeSpan.FromSeconds(1), 2, Span(most), Span(limit));

        Assert.Equal(
            $"#0, Activity AttemptActivity was tried 5 times, first after 00:00:01, then times 2, and is now tried 5 times, first after 00:00:01, then times 2{difference}",
            Replay("success", context =>
                context.CallActivityAsync<AttemptStep>(nameof(AttemptActivity), new AttemptRequest(context.InstanceId, 1), TaskOptions.FromRetryPolicy(policy))));
    }

    [Fact]
    public void Replay_ResultThatCannotBeReadAnyMore_IsRejected() =>
        Assert.StartsWith("#1, End is now Fail JsonException: ", Replay("success", context => context.CallActivityAsync<int>(nameof(AttemptActivity), new AttemptRequest(context.InstanceId, 1), ActivityRetries.Options)), StringComparison.Ordinal);

    [Fact]
    public void Replay_OtherValuesAndMoreProperties_GoesOn() =>
        Assert.Null(Replay("success", context =>
            context.CallActivityAsync<AttemptStep>(nameof(AttemptActivity), new { TaskId = "other", Attempt = 7, Slots = (string?)null, Ticket = 1, More = true }, ActivityRetries.Options)));

    [Fact]
    public void FindFault_HistoryOfAnotherHub_SaysHowToRecordAnew()
    {
        new HistoryFolder(_folder.FullName, "Orchestrator").Record(Scenarios.All);

        Assert.Equal(
            "History success was recorded under hub 'Orchestrator', and host.json names 'Orchestrator2'. Record anew: "
            + "ORCHESTRATOR_RECORD_HISTORIES=1 dotnet test tests/Orchestrator.Functions.Tests --filter RecordedHistoriesTests",
            new HistoryFolder(_folder.FullName, "Orchestrator2").FindFault("success"));
    }

    [Fact]
    public void FindFault_HistoryThatDoesNotReplay_SaysWhatToDo()
    {
        Break("success", new HistoryFolder(_folder.FullName, "Orchestrator"));

        Assert.Equal(
            "History success no longer replays: #0, Activity Gone is now Activity AttemptActivity. Orchestrations that are under way would fail. "
            + "Raise hubName in host.json ('Orchestrator' names the hub that these histories are of), and record anew: "
            + "ORCHESTRATOR_RECORD_HISTORIES=1 dotnet test tests/Orchestrator.Functions.Tests --filter RecordedHistoriesTests",
            new HistoryFolder(_folder.FullName, "Orchestrator").FindFault("success"));
    }

    [Fact]
    public void Record_SameHubAndOtherDecisions_RefusesAndLeavesEverything()
    {
        var folder = new HistoryFolder(_folder.FullName, "Orchestrator");
        Break("success", folder);
        var before = folder.Read("success").ToString();

        var refusal = Assert.Throws<InvalidOperationException>(() => folder.Record([.. Scenarios.All]));

        Assert.Equal(
            "Recorded under hub 'Orchestrator' already, and not as the code does it now: success. Nothing is recorded. Raise hubName in host.json first; "
            + "of a hub that was never deployed, delete the files instead.",
            refusal.Message);
        Assert.Equal(before, folder.Read("success").ToString());
        Assert.Equal(["success"], folder.Names);
    }

    [Fact]
    public void Record_AnotherHub_RecordsAllAnew()
    {
        Break("success", new HistoryFolder(_folder.FullName, "Orchestrator"));
        var raised = new HistoryFolder(_folder.FullName, "Orchestrator2");

        raised.Record(Scenarios.All);

        Assert.Equal(Scenarios.All.Count, raised.Names.Count);
        Assert.All(raised.Names, name => Assert.Null(raised.FindFault(name)));
    }

    private static void RecordWhenAsked()
    {
        if (Environment.GetEnvironmentVariable(HistoryFolder.Variable) == "1")
        {
            lock (_recorded)
                _recorded.Record(Scenarios.All);
        }
    }

    private static string? Replay(string name, Func<TaskOrchestrationContext, Task> code) => HistoryPlayer.FindDifference(_recorded.Read(name), code);

    /// <summary>Puts a history there that the present code does not decide alike.</summary>
    private void Break(string name, HistoryFolder folder)
    {
        folder.Record([.. Scenarios.All.Where(scenario => scenario.Name == name)]);
        var path = Path.Combine(_folder.FullName, $"{name}.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("AttemptActivity", "Gone", StringComparison.Ordinal));
    }
}
