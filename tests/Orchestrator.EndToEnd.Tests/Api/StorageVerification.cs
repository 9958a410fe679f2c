using System.Net;
using System.Text.Json;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Api;

/// <summary>The route that holds storage against the rules.</summary>
internal static class StorageVerification
{
    /// <summary>Checks everything; the findings, one a line.</summary>
    public static async Task<IReadOnlyList<string>> VerifyStorageAsync(this HttpClient http, bool repair = false)
    {
        var findings = new List<string>();
        for (string? token = null; ;)
        {
            var address = $"api/storage/verify?repair={(repair ? "true" : "false")}{(token is null ? "" : $"&continuationToken={Uri.EscapeDataString(token)}")}";
            var answer = await Eventually.ValueAsync(
                () => http.SendAsync(HttpMethod.Post, address), answer => answer.Status != HttpStatusCode.ServiceUnavailable, "storage is verified");
            Assert.True(answer.Status == HttpStatusCode.OK, $"POST {address} was answered with {answer}");
            findings.AddRange(answer.Body.GetProperty("findings").EnumerateArray().Select(Text));
            token = answer.Text("continuationToken");
            if (token is null)
                return findings;
        }
    }

    private static string Text(JsonElement finding) =>
        $"{finding.GetProperty("code")} {finding.GetProperty("repair")} {finding.GetProperty("table")}/{finding.GetProperty("partition")}/{finding.GetProperty("rowKey")}: {finding.GetProperty("message")}";
}
