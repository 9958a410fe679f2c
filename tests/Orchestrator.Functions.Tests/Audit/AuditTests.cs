using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Audit;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Entities;
using Orchestrator.Functions.Submissions;
using Orchestrator.Functions.Tests.Apps;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Functions.Tests.Audit;

/// <summary>What operators do, over HTTP against the whole app, and what the audit says of it.</summary>
public sealed class AuditTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string AdminKey = "an-admin-of-the-test-0123456789";
    private const string ViewerKey = "a-viewer-of-the-test-0123456789";
    private static readonly string[] Settings =
    [
        $"--Orchestrator:Access:Keys:ada:Key={AdminKey}", "--Orchestrator:Access:Keys:ada:Role=Admin", $"--Orchestrator:Access:Keys:eve:Key={ViewerKey}", "--Orchestrator:Access:Keys:eve:Role=Viewer",
    ];

    private readonly MemoryAudit _audit = new();
    private readonly TestAgent.Script _script = new() { Run = (_, _) => new TaskCompletionSource<Orchestrator.Agents.AgentResult>().Task };

    [Theory]
    [InlineData("Normal")]
    [InlineData("Hostile")]
    public async Task Actions_OfSeveral_AreListedWithWhoAndWhatAndNoSecret(string mode)
    {
        await using var app = await WholeApp.StartAsync(azurite, azurite.UniqueName(), mode, _script, Settings);
        var created = await SendAsync(app, HttpMethod.Post, "api/keys", AdminKey, """{"name":"robot","role":"Operator"}""");
        var (id, secret) = (created.Body.GetProperty("id").GetString()!, created.Body.GetProperty("key").GetString()!);
        var task = (await SendAsync(app, HttpMethod.Post, "api/tasks", secret, """{"type":"test","input":"a secret of the task","delay":"1.00:00:00"}""")).Body.GetProperty("id").GetString()!;

        Assert.Equal(202, (await SendAsync(app, HttpMethod.Post, $"api/tasks/{task}/cancel", secret)).Status);
        Assert.Equal(409, (await SendAsync(app, HttpMethod.Post, $"api/tasks/{task}/cancel", key: null)).Status);
        Assert.Equal(403, (await SendAsync(app, HttpMethod.Post, $"api/tasks/{task}/cancel", ViewerKey)).Status);
        Assert.Equal(403, (await SendAsync(app, HttpMethod.Get, "api/audit", secret)).Status);
        Assert.Equal(200, (await SendAsync(app, HttpMethod.Delete, $"api/keys/{id}", AdminKey)).Status);

        var listed = await SendAsync(app, HttpMethod.Get, "api/audit", AdminKey);
        Assert.Equal(
            [
                $"configured:ada ada Admin DELETE keys/{{id}} {id} Done 200  force:>false name:robot>robot revokedAt:>*",
                $"local local Admin POST tasks/{{id}}/cancel {task} Refused 409 task_finished decision:>AlreadyOver",
                $"key:{id} robot Operator POST tasks/{{id}}/cancel {task} Done 202  decision:>Cancelled state:Scheduled>Cancelled",
                $"configured:ada ada Admin POST keys {id} Done 201  name:>robot role:>Operator expiresAt:>",
            ],
            listed.Body.GetProperty("entries").EnumerateArray().Select(Line));
        Assert.All([secret, AdminKey, ViewerKey, "a secret of the task"], text => Assert.DoesNotContain(text, listed.Body.GetRawText(), StringComparison.Ordinal));
        var ofTask = await SendAsync(app, HttpMethod.Get, $"api/audit?target={task}&actor=robot&pageSize=1", AdminKey);
        Assert.Equal("Done", Assert.Single(ofTask.Body.GetProperty("entries").EnumerateArray()).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Actions_OfAdmins_AreEnteredWithWhatTheyWereToDo()
    {
        await using var app = await StartAsync();
        var key = (await SendAsync(app, HttpMethod.Post, "api/keys", key: null, """{"name":"robot","role":"Viewer"}""")).Body.GetProperty("id").GetString()!;
        var over = IdOf(await SendAsync(app, HttpMethod.Post, "api/tasks", key: null, """{"type":"test","delay":"1.00:00:00"}"""));
        await app.CancelAsync(over);
        var never = over[..^4] + "0000";

        await SendAsync(app, HttpMethod.Delete, $"api/keys/{key}?force=true", key: null);
        await SendAsync(app, HttpMethod.Delete, $"api/keys/{key}", key: null);
        await SendAsync(app, HttpMethod.Delete, $"api/tasks/{over}", key: null);
        await SendAsync(app, HttpMethod.Delete, $"api/tasks/{never}", key: null);
        await SendAsync(app, HttpMethod.Post, "api/retention/run", key: null, """{"age":"P7D"}""");
        await SendAsync(app, HttpMethod.Post, "api/retention/run", key: null);
        await SendAsync(app, HttpMethod.Put, "api/logging/X", key: null, """{"level":"Debug","for":"PT30M"}""");
        await SendAsync(app, HttpMethod.Put, "api/logging/X", key: null, """{"level":"Warning"}""");
        var bulk = IdOf(await SendAsync(app, HttpMethod.Post, "api/tasks/bulk", key: null, """{"action":"cancel","filter":{},"dryRun":true}"""));

        var revoked = _audit.Entries.First(entry => entry.Route == "keys/{id}").End.Changes[^1].After;
        Assert.Equal(
            [
                $"POST keys {key} name:>robot role:>Viewer expiresAt:>",
                $"POST tasks/{{id}}/cancel {over} decision:>Cancelled state:Scheduled>Cancelled",
                $"DELETE keys/{{id}} {key} force:>true name:robot>robot revokedAt:>{revoked}",
                $"DELETE keys/{{id}} {key} force:>false name:robot>robot revokedAt:{revoked}>{revoked}",
                $"DELETE tasks/{{id}} {over} decision:>Purged state:Cancelled>",
                $"DELETE tasks/{{id}} {never} decision:>NotFound",
                "POST retention/run  age:>P7D removed:>0 isMore:>false",
                "POST retention/run  age:>as the settings and types say removed:>0 isMore:>false",
                "PUT logging/{category} X level:>Debug for:>PT30M",
                "PUT logging/{category} X level:Debug>Warning for:>good",
                $"POST tasks/bulk {bulk} task:>{bulk}",
            ],
            _audit.Entries.Select(entry => $"{entry.Method} {entry.Route} {entry.Target} {string.Join(' ', entry.End.Changes.Select(change => $"{change.Field}:{change.Before}>{change.After}"))}"));
    }

    [Fact]
    public async Task Retention_FailsHalfWay_TheAgeIsEntered()
    {
        await using var app = await WholeApp.StartAsync(
            azurite, azurite.UniqueName(), "Normal", _script, [], services => services.AddSingleton<IAuditStore>(_audit).AddSingleton(Moq.Mock.Of<Orchestrator.Retention.IRetentionStore>()));

        Assert.Equal(500, (await SendAsync(app, HttpMethod.Post, "api/retention/run", key: null, """{"age":"PT0S"}""")).Status);

        Assert.Equal([new AuditChange("age", null, "PT0S")], Assert.Single(_audit.Entries).End.Changes);
        Assert.Equal(AuditOutcome.Failed, _audit.Entries[0].End.Outcome);
    }

    [Fact]
    public async Task Begin_CannotBeWritten_NothingIsDone()
    {
        await using var app = await StartAsync();
        var task = await SubmitAsync(app);
        _audit.FailsToBegin = true;

        var refused = await SendAsync(app, HttpMethod.Post, $"api/tasks/{task}/cancel", key: null);

        Assert.Equal((503, "storage_unavailable"), (refused.Status, refused.Body.GetProperty("code").GetString()));
        Assert.Equal("Scheduled", (await SendAsync(app, HttpMethod.Get, $"api/tasks/{task}", key: null)).Body.GetProperty("state").GetString());
        Assert.Empty(_audit.Entries);
    }

    [Fact]
    public async Task End_CannotBeWritten_TheActionStandsAndItsEntrySaysThatTheEndIsNotKnown()
    {
        await using var app = await StartAsync();
        var task = await SubmitAsync(app);
        _audit.FailsToEnd = true;

        Assert.Equal(202, (await SendAsync(app, HttpMethod.Post, $"api/tasks/{task}/cancel", key: null)).Status);

        Assert.Equal((task, AuditOutcome.Begun), (Assert.Single(_audit.Entries).Target, _audit.Entries[0].End.Outcome));
    }

    [Fact]
    public async Task Submissions_AskedFor_AreEnteredToo()
    {
        await using var app = await StartAsync("--Orchestrator:Audit:Submissions=true");
        var task = await SubmitAsync(app);
        await SendAsync(app, HttpMethod.Post, "api/tasks/batch", key: null, """{"tasks":[{"type":"test","delay":"1.00:00:00"}]}""");
        await SendAsync(app, HttpMethod.Post, "api/tasks/validate", key: null, """{"type":"test"}""");

        Assert.Equal(["POST tasks task " + task, "POST tasks/batch tasks 1"], _audit.Entries.Select(entry => $"{entry.Method} {entry.Route} {entry.End.Changes[0].Field} {entry.End.Changes[0].After}"));
    }

    [Fact]
    public async Task Bulk_EachWayIn_WhatItDidIsEntered()
    {
        await using var app = await StartAsync();
        var (first, second) = (await SubmitAsync(app), await SubmitAsync(app));
        var bulk = $$"""{"action":"cancel","ids":["{{first}}"]}""";
        var task = $$"""{"type":"bulk","input":{{bulk}}}""";

        var byRoute = await DoneAsync(app, IdOf(await SendAsync(app, HttpMethod.Post, "api/tasks/bulk", key: null, bulk)));
        var asTask = await DoneAsync(app, IdOf(await SendAsync(app, HttpMethod.Post, "api/tasks", key: null, task)));
        var inBatch = await DoneAsync(app, (await SendAsync(app, HttpMethod.Post, "api/tasks/batch", key: null, $$"""{"tasks":[{{task}}]}""")).Body.GetProperty("outcomes")[0].GetProperty("task").GetProperty("id").GetString()!);
        var rerun = await DoneAsync(app, IdOf(await SendAsync(app, HttpMethod.Post, $"api/tasks/{asTask}/rerun", key: null, $$$"""{"input":{"action":"cancel","ids":["{{{second}}}"]}}""")));

        // What the function of the queue does with a message; the queue itself is shared with other tests.
        var message = await app.Get<SubmissionIntake>().ReadMessageAsync(Encoding.UTF8.GetBytes(task), "m1", "queue:tasks", CancellationToken.None);
        var queued = await DoneAsync(app, (await app.Get<TaskSubmitter>().SubmitAsync(app.Get<DurableClientSlot>().Client!, message, CancellationToken.None)).Task.Id.ToString());

        Assert.Equal(
            [$"local {byRoute} 1", $"local {asTask} 0", $"local {inBatch} 0", $"local {rerun} 1", $"queue:tasks {queued} 0"],
            _audit.Entries.Where(entry => entry.Route == "bulk").Select(entry => $"{entry.Actor.Id} {entry.Target} {entry.End.Changes.Single(change => change.Field == "done").After}"));
    }

    [Theory]
    [InlineData("?actor=", "/actor")]
    [InlineData("?from=2026-11-22T10:00:00Z&to=2026-11-22T10:00:00Z", "/to")]
    [InlineData("?pageSize=201&colour=red", "/pageSize", "/colour")]
    [InlineData("?continuationToken=forged", "/continuationToken")]
    public async Task List_BadQuery_EveryFault(string query, params string[] pointers)
    {
        var function = new Functions.Http.AuditFunction(_audit);
        var request = new Microsoft.AspNetCore.Http.DefaultHttpContext { Request = { QueryString = new Microsoft.AspNetCore.Http.QueryString(query) } }.Request;

        var problem = (await Assert.ThrowsAsync<Functions.Problems.ProblemException>(() => function.ListAudit(request, CancellationToken.None))).Problem;

        Assert.Equal(pointers, problem.Errors!.Select(fault => fault.Pointer));
    }

    private static string IdOf((int Status, JsonElement Body) answer) => answer.Body.GetProperty("id").GetString()!;

    private static async Task<string> DoneAsync(WholeApp app, string id)
    {
        Assert.EndsWith("Succeeded", await app.HistoryAsync(id), StringComparison.Ordinal);
        return id;
    }

    private Task<WholeApp> StartAsync(params string[] settings) =>
        WholeApp.StartAsync(azurite, azurite.UniqueName(), "Normal", _script, settings, services => services.AddSingleton<IAuditStore>(_audit));

    private static async Task<string> SubmitAsync(WholeApp app) =>
        (await SendAsync(app, HttpMethod.Post, "api/tasks", key: null, """{"type":"test","delay":"1.00:00:00"}""")).Body.GetProperty("id").GetString()!;

    private static async Task<(int Status, JsonElement Body)> SendAsync(WholeApp app, HttpMethod method, string address, string? key, string? body = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
            request.Headers.Add(CallerIdentifier.KeyHeader, key);
        using var answer = await app.Http.SendAsync(request);
        return ((int)answer.StatusCode, answer.Content.Headers.ContentLength == 0 ? default : await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private static string Line(JsonElement entry)
    {
        var parts = new[] { "actor", "actorName", "role", "method", "route", "target", "outcome", "status", "code" }.Select(name => entry.GetProperty(name).ToString());
        var changes = entry.GetProperty("changes").EnumerateArray()
            .Select(change => (Field: change.GetProperty("field").GetString()!, Before: change.GetProperty("before").GetString(), After: change.GetProperty("after").GetString()))
            .Select(change => $"{change.Field}:{change.Before}>{(change.Field == "revokedAt" ? "*" : change.After)}");
        Assert.Matches("^[0-9a-f]{32}$", entry.GetProperty("id").GetString());
        Assert.Equal(JsonValueKind.String, entry.GetProperty("endedAt").ValueKind);
        return $"{string.Join(' ', parts)} {string.Join(' ', changes)}";
    }
}
