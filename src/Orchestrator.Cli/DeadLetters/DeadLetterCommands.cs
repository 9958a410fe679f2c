using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.DeadLetters;

/// <summary><c>orchestrator dead-letters</c>: looks at a running app's dead letters, redrives and discards them. Each returns the exit code.</summary>
internal static class DeadLetterCommands
{
    private const int PageSize = 200;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Lists letters, a line each: id, state, time, source, code and preview.</summary>
    public static async Task<int> ListAsync(Session session, AppAccess access, string? source, string? code, int limit)
    {
        using var api = new DeadLetterApi(access);
        string? token = null;
        var left = limit;
        do
        {
            var size = Math.Min(left, PageSize);
            var page = await api.ListAsync([new("source", source), new("code", code), new("pageSize", $"{size}"), new("continuationToken", token)], session.Signals.Stop);
            foreach (var letter in page.GetProperty("deadLetters").EnumerateArray())
            {
                session.Console.Line($"{Text(letter, "id")}  {Text(letter, "state"),-8}  {Text(letter, "deadAt")}  {Text(letter, "source")}  {Text(letter, "code")}  {Text(letter, "preview")}");
                left--;
            }

            token = page.GetProperty("continuationToken").GetString();
        }
        while (token is not null && left > 0);

        if (left == limit)
            session.Console.Error(source is null && code is null ? "There are no dead letters." : "There are no dead letters of that source and code.");
        else if (token is not null)
            session.Console.Error($"There are more; ask for more than {limit} with --limit.");
        return ExitCode.Success;
    }

    /// <summary>Writes all that is known of a letter, as JSON.</summary>
    public static async Task<int> ShowAsync(Session session, AppAccess access, string id)
    {
        using var api = new DeadLetterApi(access);
        session.Console.Line(JsonSerializer.Serialize(await api.GetAsync(id, session.Signals.Stop), Json));
        return ExitCode.Success;
    }

    /// <summary>Redrives a letter, if so said with another body. A letter that is still dead is a failure.</summary>
    /// <param name="bodyFile">The file with the body; null: the letter's own.</param>
    /// <exception cref="CommandException">The file cannot be read.</exception>
    public static async Task<int> RedriveAsync(Session session, AppAccess access, string id, string? bodyFile)
    {
        var body = bodyFile is null ? null : await ReadAsync(bodyFile, session.Signals.Stop);
        using var api = new DeadLetterApi(access);
        var redrive = (await api.RedriveAsync(id, body, session.Signals.Stop)).GetProperty("redrive");
        if (Text(redrive, "outcome") is "Submitted" or "Delivered")
        {
            session.Console.Line($"{Text(redrive, "outcome")}: task {Text(redrive, "taskId")}");
            return ExitCode.Success;
        }

        session.Console.Line($"{Text(redrive, "outcome")}: {Text(redrive, "code")}: {Text(redrive, "reason")}");
        foreach (var fault in redrive.GetProperty("errors").EnumerateArray())
            session.Console.Line($"  {Text(fault, "pointer")}: {Text(fault, "message")}");
        return ExitCode.Failure;
    }

    /// <summary>Discards letters.</summary>
    public static async Task<int> DiscardAsync(Session session, AppAccess access, IReadOnlyList<string> ids)
    {
        using var api = new DeadLetterApi(access);
        foreach (var id in ids)
        {
            await api.DiscardAsync(id, session.Signals.Stop);
            session.Console.Line($"Discarded {id}.");
        }

        return ExitCode.Success;
    }

    private static string? Text(JsonElement value, string name) => value.GetProperty(name).GetString();

    private static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(file, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The body cannot be read from {file}: {exception.Message}", exception);
        }
    }
}
