using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Api;

namespace Orchestrator.EndToEnd.Tests.Limits;

/// <summary>When a task was worked on, by the one clock of the machine.</summary>
internal sealed record TimeAtWork(string Id, string State, DateTimeOffset StartedAt, DateTimeOffset FinishedAt)
{
    public static TimeAtWork Of(JsonElement task) => new(
        task.GetProperty("id").GetString()!, task.GetProperty("state").GetString()!, task.GetProperty("startedAt").GetDateTimeOffset(), task.GetProperty("finishedAt").GetDateTimeOffset());
}

/// <summary>What limits promise.</summary>
internal static class LimitAssertions
{
    /// <summary>All tasks of a type have succeeded, and no two were worked on at once.</summary>
    public static async Task AssertNeverTwoAtOnceAsync(this HttpClient http, string type, int count)
    {
        var all = new List<TimeAtWork>();
        string? token = null;
        do
        {
            var page = await http.GetAnswerAsync($"api/tasks?type={type}&pageSize=200{(token is null ? "" : $"&continuationToken={Uri.EscapeDataString(token)}")}");
            all.AddRange(page.Body.GetProperty("tasks").EnumerateArray().Select(TimeAtWork.Of));
            token = page.Text("continuationToken");
        }
        while (token is not null);

        Assert.Equal(count, all.Count);
        Assert.All(all, task => Assert.Equal("Succeeded", task.State));
        TimeAtWork[] ordered = [.. all.OrderBy(task => task.StartedAt).ThenBy(task => task.FinishedAt)];
        foreach (var (earlier, later) in ordered.Zip(ordered.Skip(1)))
            Assert.True(earlier.FinishedAt <= later.StartedAt, $"{later.Id} began at {later.StartedAt:O}, before {earlier.Id} ended at {earlier.FinishedAt:O}.");
    }

    /// <summary>Waits until no task of a type waits or is worked on.</summary>
    public static Task WhenAllAreOverAsync(this HttpClient http, string type, TimeSpan limit) => TestKit.Waiting.Eventually.ValueAsync(
        async () => await http.IsThereAnyAsync(type, "Queued") || await http.IsThereAnyAsync(type, "Running"),
        isOpen => !isOpen,
        "all tasks are over",
        limit,
        TimeSpan.FromSeconds(1));

    /// <summary>A page may be empty and not be the last.</summary>
    private static async Task<bool> IsThereAnyAsync(this HttpClient http, string type, string state)
    {
        for (string? token = null; ;)
        {
            var page = await http.PageAsync($"type={type}&state={state}&pageSize=1{(token is null ? "" : $"&continuationToken={Uri.EscapeDataString(token)}")}");
            if (page.Tasks.Count > 0)
                return true;
            token = page.ContinuationToken;
            if (token is null)
                return false;
        }
    }
}
