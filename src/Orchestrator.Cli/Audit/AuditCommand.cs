using System.CommandLine;
using System.Text.Json;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Audit;

/// <summary><c>orchestrator audit</c>: who did what to a running app.</summary>
internal static class AuditCommand
{
    private const int Most = 100_000;
    private const int PageSize = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="access">The options that say where the app is.</param>
    /// <param name="run">Runs it in a session.</param>
    public static Command Create(AppAccessOptions access, Func<ParseResult, Func<Session, Task<int>>, Task<int>> run)
    {
        var actor = new Option<string?>("--actor") { Description = "Only of this actor: an id such as key:0123456789abcdef, or a name.", HelpName = "actor" };
        var target = new Option<string?>("--target") { Description = "Only what was done to this, such as a task's id.", HelpName = "target" };
        var from = new Option<string?>("--from") { Description = "Not before this time, such as 2026-11-22T12:00:00Z.", HelpName = "time" };
        var to = new Option<string?>("--to") { Description = "Before this time.", HelpName = "time" };
        var json = new Option<bool>("--json") { Description = "Write each entry as a line of JSON." };
        var limit = new Option<int>("--limit") { Description = $"Most entries, 1 to {Most}.", HelpName = "count", DefaultValueFactory = _ => 50 };
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && value is < 1 or > Most)
                result.AddError($"--limit is {value}; it must be 1 to {Most}.");
        });
        var command = new Command("audit", "Lists who did what to a running app, newest first. Needs the role Admin.") { actor, target, from, to, limit, json, access.Url, access.Key, access.Token };
        command.SetAction((parsed, _) => run(parsed, session => RunAsync(
            session,
            access.Read(parsed),
            [new("actor", parsed.GetValue(actor)), new("target", parsed.GetValue(target)), new("from", parsed.GetValue(from)), new("to", parsed.GetValue(to))],
            parsed.GetValue(limit),
            parsed.GetValue(json))));
        return command;
    }

    private static async Task<int> RunAsync(Session session, AppAccess access, IReadOnlyList<KeyValuePair<string, string?>> query, int limit, bool asJson)
    {
        using var api = new JsonApi(access, Limit);
        string? token = null;
        var left = limit;
        do
        {
            var address = JsonApi.AddressOf("api/audit", [.. query, new("pageSize", $"{Math.Min(left, PageSize)}"), new("continuationToken", token)]);
            var page = await api.SendAsync(HttpMethod.Get, address, body: null, session.Signals.Stop);
            foreach (var entry in page.GetProperty("entries").EnumerateArray())
            {
                session.Console.Line(asJson ? entry.GetRawText() : LineOf(entry));
                left--;
            }

            token = page.GetProperty("continuationToken").GetString();
        }
        while (token is not null && left > 0);

        if (left == limit)
            session.Console.Error(query.All(part => part.Value is null) ? "There are no entries." : "There are no entries that match.");
        else if (token is not null)
            session.Console.Error($"There are more; ask for more than {limit} with --limit.");
        return ExitCode.Success;
    }

    private static string LineOf(JsonElement entry)
    {
        var status = entry.GetProperty("status") is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : "-";
        var changes = entry.GetProperty("changes").EnumerateArray().Select(change => $"{Text(change, "field")}: {Text(change, "before") ?? "-"} → {Text(change, "after") ?? "-"}");
        return $"{Text(entry, "at")}  {Text(entry, "actorName")} ({Text(entry, "actor")})  {Text(entry, "method")} {Text(entry, "route")}  {Text(entry, "target")}  {Text(entry, "outcome")} {status}  {string.Join(", ", changes)}".TrimEnd();
    }

    private static string? Text(JsonElement value, string name) => value.GetProperty(name).GetString();
}
