using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agents;
using Orchestrator.Audit;
using Orchestrator.Errors;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Bulk;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Bulk;

public sealed class BulkAgentTests
{
    /// <summary>Later than all tasks.</summary>
    private static readonly TaskId Self = TestTasks.Id(200);

    private readonly TaskRig _rig = new();
    private readonly Reporter _reporter = new();
    private readonly MemoryAudit _audit = new();
    private readonly BulkAgent _agent;

    public BulkAgentTests()
    {
        var steps = new BulkSteps(_rig.Store, _rig.Lifecycle, _rig.Orchestrations, _rig.Holders, _rig.Purger, _rig.Intake, _rig.Submitter, NullLogger<BulkSteps>.Instance);
        var recorder = new AuditRecorder(_audit, new SystemRandomSource(), _rig.Time, NullLogger<AuditRecorder>.Instance);
        _agent = new BulkAgent(_rig.Store, steps, new BulkAudit(_rig.Store, recorder), _rig.Slot, _rig.Time);
        _rig.Slot.Client = _rig.Clients.Client;
    }

    [Fact]
    public async Task Run_Cancel_EachTaskByItsState()
    {
        var queued = await _rig.SubmitAsync();
        var running = await _rig.SubmitAsync();
        await _rig.ClaimAsync(running);
        var asked = await _rig.SubmitAsync();
        await _rig.ClaimAsync(asked);
        await _rig.Lifecycle.CancelAsync(asked, CancellationToken.None);
        var callback = await _rig.SubmitAsync(submission => submission with { CallbackUrl = "https://example.com/" });
        var over = await EndedAsync();

        var output = await RunAsync("""{"action":"cancel","filter":{}}""");

        Assert.Equal((5, 3, 2, 0), (Number(output, "matched"), Number(output, "done"), Number(output, "skipped"), Number(output, "failed")));
        Assert.Equal(
            """{"over":1,"cancelled":2,"cancel_requested_before":1,"cancel_requested":1}""", output.GetProperty("byReason").GetRawText());
        Assert.Equal([TaskState.Cancelled, TaskState.Running, TaskState.Succeeded], new[] { queued, running, over }.Select(id => _rig.Store[id].State));
        Assert.Contains(callback.ToString(), _rig.Clients.Started);
        Assert.Contains(_reporter.Lines, line => line == $"done, cancel_requested: {running}");
    }

    [Fact]
    public async Task Run_TakenOver_GoesOnAtThePageAfterTheLastHeartbeat()
    {
        for (var i = 0; i < 120; i++)
            await _rig.SubmitAsync();
        _reporter.OnHeartbeat = () =>
        {
            if (Matched(_reporter.LastDetails) > 0)
                throw new IOException("The process is gone.");
        };
        await Assert.ThrowsAsync<IOException>(() => RunAsync("""{"action":"cancel","filter":{"type":"test"}}"""));
        Assert.Equal(50, Enumerable.Range(1, 120).Count(number => _rig.Store[TestTasks.Id(number)].State == TaskState.Cancelled));

        _reporter.OnHeartbeat = null;
        var output = await RunAsync("""{"action":"cancel","filter":{"type":"test"}}""", _reporter.LastDetails);

        Assert.Equal((120, 120, "{\"cancelled\":120}"), (Number(output, "matched"), Number(output, "done"), output.GetProperty("byReason").GetRawText()));
        Assert.All(Enumerable.Range(1, 120), number => Assert.Equal(TaskState.Cancelled, _rig.Store[TestTasks.Id(number)].State));
        Assert.Equal((100, "Cancel: 120 of 120 tasks, 120 done, 0 skipped, 0 failed"), _reporter.Progressed[^1]);
    }

    [Fact]
    public async Task Run_TakenOverWhileItCounts_CountsOnAndTouchesNoneBefore()
    {
        for (var i = 0; i < 230; i++)
            await _rig.SubmitAsync();
        _reporter.OnHeartbeat = () => throw new IOException("The process is gone.");
        var self = TestTasks.Id(250);
        await Assert.ThrowsAsync<IOException>(() => RunAsync("""{"action":"cancel","filter":{}}""", self: self));
        Assert.Equal((200, 0), (JsonElement.Parse(_reporter.LastDetails!).GetProperty("total").GetInt32(), Matched(_reporter.LastDetails)));
        Assert.All(Enumerable.Range(1, 230), number => Assert.Equal(TaskState.Queued, _rig.Store[TestTasks.Id(number)].State));

        _reporter.OnHeartbeat = null;
        var output = await RunAsync("""{"action":"cancel","filter":{}}""", _reporter.LastDetails, self);

        Assert.Equal((230, 230, false), (Number(output, "matched"), Number(output, "done"), output.GetProperty("isMore").GetBoolean()));
    }

    [Fact]
    public async Task Run_RerunTwice_SubmitsEachTaskOnce()
    {
        var id = await EndedAsync();
        var open = await _rig.SubmitAsync();
        var body = $$"""{"action":"rerun","ids":["{{id}}","{{open}}","{{TestTasks.Id(77)}}"]}""";

        var first = await RunAsync(body);
        var second = await RunAsync(body);

        Assert.Equal("""{"rerun":1,"not_over":1,"not_found":1}""", first.GetProperty("byReason").GetRawText());
        Assert.Equal(first.GetProperty("outcomes").GetRawText(), second.GetProperty("outcomes").GetRawText());
        Assert.Equal((3, id.ToString(), $"task:{Self}"), (_rig.Store.Count, _rig.Store[TestTasks.Id(3)].RerunOf, _rig.Store[TestTasks.Id(3)].SubmittedBy));
    }

    [Fact]
    public async Task Run_Purge_WhatMustNotGoStays()
    {
        var over = await EndedAsync();
        var open = await _rig.SubmitAsync();
        var callback = await _rig.SubmitAsync(submission => submission with { CallbackUrl = "https://example.com/" });
        await _rig.Lifecycle.CancelAsync(callback, CancellationToken.None);
        var body = $$"""{"action":"purge","ids":["{{over}}","{{open}}","{{callback}}","{{TestTasks.Id(77)}}","{{Self}}"]DRY}""";

        var dry = await RunAsync(body.Replace("DRY", ",\"dryRun\":true", StringComparison.Ordinal));
        var output = await RunAsync(body.Replace("DRY", "", StringComparison.Ordinal));

        Assert.Equal("""{"would_be_purged":1,"not_over":1,"callback_pending":1,"not_found":1,"submitted_later":1}""", dry.GetProperty("byReason").GetRawText());
        Assert.Equal("""{"purged":1,"not_over":1,"callback_pending":1,"not_found":1,"submitted_later":1}""", output.GetProperty("byReason").GetRawText());
        Assert.Equal(2, _rig.Store.Count);
    }

    [Fact]
    public async Task Run_DryRun_ForetellsAndChangesNothing()
    {
        var over = await EndedAsync();
        var asked = await _rig.SubmitAsync();
        await _rig.ClaimAsync(asked);
        await _rig.Lifecycle.CancelAsync(asked, CancellationToken.None);
        var open = await _rig.SubmitAsync();
        var ids = $"[\"{over}\",\"{asked}\",\"{open}\"]";

        var cancel = await RunAsync($$"""{"action":"cancel","ids":{{ids}},"dryRun":true}""");
        var rerun = await RunAsync($$"""{"action":"rerun","ids":{{ids}},"dryRun":true}""");

        Assert.Equal("""{"over":1,"cancel_requested_before":1,"would_be_cancelled":1}""", cancel.GetProperty("byReason").GetRawText());
        Assert.Equal("""{"would_be_rerun":1,"not_over":2}""", rerun.GetProperty("byReason").GetRawText());
        Assert.Equal(3, _rig.Store.Count);
    }

    [Fact]
    public async Task Run_OlderThan_TakesOnlyWhatEndedBefore()
    {
        await EndedAsync();
        _rig.Time.Advance(TimeSpan.FromHours(2));
        await EndedAsync();
        await _rig.SubmitAsync();

        var output = await RunAsync("""{"action":"purge","filter":{},"olderThan":"PT1H"}""");

        Assert.Equal("""{"not_old_enough":2,"purged":1}""", output.GetProperty("byReason").GetRawText());
    }

    [Fact]
    public async Task Run_LimitAndLaterTasks_OnlyTheNewestOfThoseBefore()
    {
        for (var i = 0; i < 10; i++)
            await _rig.SubmitAsync();

        var output = await RunAsync("""{"action":"cancel","filter":{"to":"2026-11-22T12:00:00.008Z"},"limit":3}""");
        var later = await RunAsync("""{"action":"cancel","filter":{}}""", self: TestTasks.Id(5));

        Assert.Equal((3, true), (Number(output, "matched"), output.GetProperty("isMore").GetBoolean()));
        Assert.Equal(["7", "6", "5"], output.GetProperty("outcomes").EnumerateArray().Select(outcome => $"{TaskId.Parse(outcome.GetProperty("id").GetString()!).CreatedAt.Millisecond}"));
        Assert.Equal(4, Number(later, "matched"));
    }

    [Fact]
    public async Task Run_OneTaskFails_OthersHaveTheirTurn()
    {
        var first = await EndedAsync();
        var second = await EndedAsync();
        _rig.Store.BeforeCall = () => { };
        var calls = 0;
        _rig.Store.BeforeCall = () =>
        {
            // The first call reads the bulk task itself, for the audit.
            if (Interlocked.Increment(ref calls) == 2)
                throw new InvalidOperationException("This row cannot be read.");
        };

        var output = await RunAsync($$"""{"action":"purge","ids":["{{first}}","{{second}}"]}""");

        Assert.Equal((1, 1), (Number(output, "failed"), output.GetProperty("byReason").GetProperty("internal_error").GetInt32()));
    }

    [Fact]
    public async Task Run_StorageIsAway_TheAttemptFailsAndIsMadeAgain()
    {
        var id = await _rig.SubmitAsync();
        _rig.Store.BeforeCall = () => throw new StorageUnavailableException(new Uri("http://127.0.0.1/"), "away");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => RunAsync($$"""{"action":"cancel","ids":["{{id}}"]}"""));
    }

    [Fact]
    public async Task Run_EachAction_IsEnteredWithWhoAndWhatItCameTo()
    {
        var (over, scheduled) = (await EndedAsync(), await _rig.SubmitAsync());
        var self = await _rig.SubmitAsync(submission => submission with { SubmittedBy = "key:0123" });

        foreach (var action in new[] { "cancel", "rerun", "purge" })
            await RunAsync($$"""{"action":"{{action}}","ids":["{{over}}","{{scheduled}}"]}""", self: self);

        Assert.Equal(
            [
                $"key:0123 RUN bulk {self} Done  action:Cancel attempt:1 matched:2 done:1 skipped:1 failed:0",
                $"key:0123 RUN bulk {self} Done  action:Rerun attempt:1 matched:2 done:2 skipped:0 failed:0",
                $"key:0123 RUN bulk {self} Done  action:Purge attempt:1 matched:2 done:2 skipped:0 failed:0",
            ],
            _audit.Entries.OrderBy(entry => entry.End.At).Select(Line));
    }

    [Fact]
    public async Task Run_CannotBeEntered_NothingIsDone()
    {
        var id = await _rig.SubmitAsync();
        _audit.FailsToBegin = true;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => RunAsync($$"""{"action":"cancel","ids":["{{id}}"]}"""));

        Assert.Equal(TaskState.Queued, _rig.Store[id].State);
    }

    [Fact]
    public async Task Run_FailsOrIsCancelledHalfWay_IsEnteredWithWhatWasDone()
    {
        var id = await _rig.SubmitAsync();
        _rig.Slot.Client = null;
        await Assert.ThrowsAsync<AgentException>(() => RunAsync($$"""{"action":"cancel","ids":["{{id}}"]}"""));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _agent.RunAsync(Context("""{"action":"cancel","filter":{}}"""), new CancellationToken(canceled: true)));

        Assert.Equal(
            [$"unknown RUN bulk {Self} Failed cancelled action:Cancel attempt:1 matched:0 done:0 skipped:0 failed:0", $"unknown RUN bulk {Self} Failed not_ready action:Cancel attempt:1 matched:0 done:0 skipped:0 failed:0"],
            _audit.Entries.Select(Line).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_DryRun_ChangesNothingAndIsNotEntered()
    {
        await RunAsync($$"""{"action":"purge","ids":["{{await EndedAsync()}}"],"dryRun":true}""");

        Assert.Empty(_audit.Entries);
    }

    [Fact]
    public async Task Run_NearTheDeadline_HandsBackAndGoesOn()
    {
        await _rig.SubmitAsync();

        var result = await _agent.RunAsync(Context("""{"action":"cancel","filter":{}}""", deadline: TimeSpan.FromSeconds(20)), CancellationToken.None);

        Assert.Equal(_rig.Time.GetUtcNow(), result.DeferredUntil);
    }

    [Fact]
    public async Task Run_ToBeCancelled_Stops()
    {
        await _rig.SubmitAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _agent.RunAsync(Context("""{"action":"cancel","filter":{}}"""), new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Run_NoClientOrInputAtFaultOrForgedToken_FailsWithACode()
    {
        var id = await _rig.SubmitAsync();
        _rig.Slot.Client = null;
        Assert.Equal("not_ready", (await Assert.ThrowsAsync<AgentException>(() => RunAsync($$"""{"action":"cancel","ids":["{{id}}"]}"""))).Code);
        Assert.Equal("input_invalid", (await Assert.ThrowsAsync<AgentException>(() => RunAsync("1"))).Code);
        Assert.Equal("list_changed", (await Assert.ThrowsAsync<AgentException>(() => RunAsync("""{"action":"cancel","filter":{}}""", """{"total":5,"next":"forged"}"""))).Code);
    }

    [Theory]
    [InlineData("1", "")]
    [InlineData("{}", "/action", "")]
    [InlineData("""{"action":"cancel","filter":{},"ids":["x"]}""", "", "/ids/0")]
    [InlineData("""{"action":"cancel","filter":1}""", "/filter")]
    [InlineData("""{"action":"cancel","filter":{"state":"Odd","tag":1,"continuationToken":"x"}}""", "/filter/tag", "/filter/continuationToken", "/filter/state")]
    [InlineData("""{"action":"cancel","ids":[]}""", "/ids")]
    [InlineData("""{"action":"cancel","ids":[1],"limit":"x","dryRun":"x","olderThan":1,"more":1}""", "/more", "/ids/0", "/olderThan", "/limit", "/dryRun")]
    public void FindFaults_WrongInput_NamesThem(string input, params string[] pointers) =>
        Assert.Equal(pointers, BulkRequest.FindFaults(JsonElement.Parse(input)).Select(fault => fault.Pointer));

    private async Task<TaskId> EndedAsync()
    {
        var id = await _rig.SubmitAsync();
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("1"));
        return id;
    }

    private async Task<JsonElement> RunAsync(string input, string? heartbeat = null, TaskId? self = null) =>
        JsonElement.Parse((await _agent.RunAsync(Context(input, heartbeat, self: self), CancellationToken.None)).Output);

    private AgentContext Context(string input, string? heartbeat = null, TimeSpan? deadline = null, TaskId? self = null) =>
        new(self ?? Self, "bulk", 1, JsonElement.Parse(input), _rig.Time.GetUtcNow() + (deadline ?? TimeSpan.FromMinutes(5)), _reporter)
        {
            LastHeartbeat = heartbeat is null ? null : JsonElement.Parse(heartbeat),
        };

    private static string Line(AuditEntry entry) =>
        $"{entry.Actor.Id} {entry.Method} {entry.Route} {entry.Target} {entry.End.Outcome} {entry.End.Code} {string.Join(' ', entry.End.Changes.Select(change => $"{change.Field}:{change.After}"))}";

    private static int Matched(string? heartbeat) => JsonElement.Parse(heartbeat!).GetProperty("matched").GetInt32();

    private static int Number(JsonElement output, string name) => output.GetProperty(name).GetInt32();

    private sealed class Reporter : IAttemptReporter
    {
        public Action? OnHeartbeat { get; set; }

        public string? LastDetails { get; private set; }

        public List<string> Lines { get; } = [];

        public List<(int Percent, string? Text)> Progressed { get; } = [];

        public void Log(AttemptLogLevel level, string message) => Lines.Add(message);

        public void Progress(int percent, string? text) => Progressed.Add((percent, text));

        public void Heartbeat(string details)
        {
            LastDetails = details;
            OnHeartbeat?.Invoke();
        }

        public ValueTask<string> GetCompletionTokenAsync(CancellationToken cancellationToken) => new("token");
    }
}
