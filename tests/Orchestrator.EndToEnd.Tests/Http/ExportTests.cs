using System.Net;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;

namespace Orchestrator.EndToEnd.Tests.Http;

/// <summary>A task as one file: made by the app, read by the command.</summary>
public abstract class ExportTests(AppFixture app)
{
    [Fact]
    public async Task Export_TaskWithChildren_HasAllOfThem()
    {
        var large = new string('x', 500_000);
        var parent = await DoneAsync($$"""{"type":"noop","input":"{{large}}","title":"A parent"}""");
        var child = await DoneAsync($$"""{"type":"noop","input":1,"parent":"{{parent}}"}""");
        var grandchild = await DoneAsync($$"""{"type":"noop","input":2,"parent":"{{child}}"}""");
        var last = await DoneAsync($$"""{"type":"noop","input":3,"parent":"{{grandchild}}"}""");
        var beyond = await DoneAsync($$"""{"type":"noop","input":4,"parent":"{{last}}"}""");

        using var response = await app.Http.GetAsync(new Uri($"api/tasks/{parent}/export", UriKind.Relative));
        var file = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync());

        Assert.Equal((HttpStatusCode.OK, $"attachment; filename=\"task-{parent}.json\""), (response.StatusCode, response.Content.Headers.ContentDisposition!.ToString()));
        Assert.Equal(("orchestrator.task", 1, "noop", parent), (Text(file, "format"), file.GetProperty("formatVersion").GetInt32(), Text(file.GetProperty("definition"), "name"), Text(file.GetProperty("task"), "id")));
        Assert.Equal((large, large), (Text(file.GetProperty("task"), "input"), Text(file.GetProperty("task"), "output")));
        Assert.Equal(["Submitted", "Started", "Succeeded"], file.GetProperty("events").EnumerateArray().Select(entry => Text(entry, "type")));
        Assert.Equal("Succeeded", Text(Assert.Single(file.GetProperty("attempts").EnumerateArray()), "state"));
        var deepest = file;
        foreach (var id in new[] { child, grandchild, last })
        {
            deepest = Assert.Single(deepest.GetProperty("children").EnumerateArray());
            Assert.Equal(id, Text(deepest.GetProperty("task"), "id"));
        }

        Assert.Empty(deepest.GetProperty("children").EnumerateArray());
        Assert.Equal([beyond], deepest.GetProperty("otherChildren").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal("task_not_found", (await app.Http.GetAnswerAsync($"api/tasks/{parent[..^4]}0000/export")).Text("code"));
    }

    private async Task<string> DoneAsync(string body)
    {
        var answer = await app.Http.SendAsync(HttpMethod.Post, "api/tasks?wait=30", body);
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Accepted, $"It was answered with {answer.Status}.");
        return (await app.Http.EndOfAsync(answer.Text("id")!)).Text("id")!;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    public sealed class Normal(AppFixture.Normal app) : ExportTests(app), IClassFixture<AppFixture.Normal>;

    public sealed class Hostile(AppFixture.Hostile app) : ExportTests(app), IClassFixture<AppFixture.Hostile>;
}
