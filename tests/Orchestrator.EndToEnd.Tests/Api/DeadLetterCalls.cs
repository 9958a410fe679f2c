using System.Net;
using System.Text.Json;

namespace Orchestrator.EndToEnd.Tests.Api;

/// <summary>A dead letter as a list shows it.</summary>
internal sealed record ListedLetter(string Id, string State, string Source, string OriginId, string Code, int DeliveryCount, string Preview)
{
    public static ListedLetter Of(JsonElement letter) => new(
        TextOf(letter, "id"), TextOf(letter, "state"), TextOf(letter, "source"), TextOf(letter, "originId"), TextOf(letter, "code"),
        letter.GetProperty("deliveryCount").GetInt32(), TextOf(letter, "preview"));

    private static string TextOf(JsonElement letter, string name) => letter.GetProperty(name).GetString()!;
}

/// <summary>The routes of dead letters.</summary>
internal static class DeadLetterCalls
{
    /// <summary>Every dead letter, through all pages.</summary>
    /// <param name="filter">Parameters, each with its <c>&amp;</c> before it.</param>
    public static async Task<IReadOnlyList<ListedLetter>> DeadLettersAsync(this HttpClient http, string filter = "", int pageSize = 200)
    {
        var letters = new List<ListedLetter>();
        for (string? token = null; ;)
        {
            var answer = await http.GetAnswerAsync($"api/dead-letters?pageSize={pageSize}{filter}{(token is null ? "" : $"&continuationToken={Uri.EscapeDataString(token)}")}");
            Assert.True(answer.Status == HttpStatusCode.OK, $"The dead letters were answered with {answer}");
            letters.AddRange(answer.Body.GetProperty("deadLetters").EnumerateArray().Select(ListedLetter.Of));
            token = answer.Text("continuationToken");
            if (token is null)
                return letters;
        }
    }

    public static Task<Answer> DeadLetterAsync(this HttpClient http, string id) => http.GetAnswerAsync($"api/dead-letters/{id}");

    public static Task<Answer> RedriveAsync(this HttpClient http, string id, string? body = null) => http.SendAsync(HttpMethod.Post, $"api/dead-letters/{id}/redrive", body);

    public static Task<Answer> DiscardAsync(this HttpClient http, string id) => http.SendAsync(HttpMethod.Delete, $"api/dead-letters/{id}");

    /// <summary>What the last redrive of a letter came to: outcome, task and code, with <c>-</c> for what is not there.</summary>
    public static string RedriveOf(this Answer letter)
    {
        var redrive = letter.Body.GetProperty("redrive");
        return redrive.ValueKind == JsonValueKind.Null
            ? "-"
            : $"{redrive.GetProperty("outcome").GetString()} {redrive.GetProperty("taskId").GetString() ?? "-"} {redrive.GetProperty("code").GetString() ?? "-"}";
    }
}
