using System.Globalization;
using System.Text.Json;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Keys;

/// <summary><c>orchestrator keys</c>: the API keys of a running app. Each returns the exit code.</summary>
internal static class KeyCommands
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Lists keys, a line each: id, state, role, last use, expiry and name.</summary>
    public static async Task<int> ListAsync(Session session, AppAccess access)
    {
        using var api = new JsonApi(access, Limit);
        var list = await api.SendAsync(HttpMethod.Get, "api/keys", body: null, session.Signals.Stop);
        var keys = list.GetProperty("keys");
        if (keys.GetArrayLength() == 0)
            session.Console.Error("There are no API keys but those in the settings, if any; 'orchestrator keys create' makes one.");
        foreach (var key in keys.EnumerateArray())
        {
            session.Console.Line(
                $"{Text(key, "id")}  {Text(key, "state"),-7}  {Text(key, "role"),-8}  used {Text(key, "lastUsedAt") ?? "never",-28}  expires {Text(key, "expiresAt") ?? "never",-20}  {Text(key, "name")}");
        }

        return ExitCode.Success;
    }

    /// <summary>Creates a key. Standard output is the key alone, so that a script can take it.</summary>
    /// <param name="days">After which it expires; null: never.</param>
    public static async Task<int> CreateAsync(Session session, AppAccess access, string name, string role, int? days)
    {
        using var api = new JsonApi(access, Limit);
        var expiresAt = days is { } count ? session.Time.GetUtcNow().AddDays(count).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : null;
        var key = await api.SendAsync(HttpMethod.Post, "api/keys", JsonSerializer.Serialize(new { name, role, expiresAt }), session.Signals.Stop);
        session.Console.Error($"Key {Text(key, "id")} for {Text(key, "name")}, {Text(key, "role")}. Keep it now: it is shown this once.");
        session.Console.Line(Text(key, "key")!);
        return ExitCode.Success;
    }

    /// <summary>Revokes a key.</summary>
    public static async Task<int> RevokeAsync(Session session, AppAccess access, string id, bool force)
    {
        using var api = new JsonApi(access, Limit);
        var key = await api.SendAsync(HttpMethod.Delete, $"api/keys/{Uri.EscapeDataString(id)}{(force ? "?force=true" : "")}", body: null, session.Signals.Stop);
        session.Console.Line($"Revoked {Text(key, "id")} of {Text(key, "name")} at {Text(key, "revokedAt")}.");
        return ExitCode.Success;
    }

    private static string? Text(JsonElement value, string name) => value.GetProperty(name).GetString();
}
