using System.CommandLine;

namespace Orchestrator.Cli.Api;

/// <summary>Where a running app is, and how it lets us in.</summary>
/// <param name="Address">The app's root.</param>
/// <param name="Key">An API key; null: none.</param>
internal sealed record AppAccess(Uri Address, string? Key);

/// <summary>The options of commands that ask a running app, for the command and those below it.</summary>
internal sealed class AppAccessOptions
{
    private const string KeyVariable = "ORCHESTRATOR_API_KEY";

    /// <param name="port">Of an app on this machine, when no address is given.</param>
    public AppAccessOptions(int port)
    {
        Url = new Option<string>("--url") { Description = "The app's address.", HelpName = "url", DefaultValueFactory = _ => $"http://127.0.0.1:{port}/", Recursive = true };
        Url.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(Uri.TryCreate(token.Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
                result.AddError($"{result.Option.Name} is {token.Value}; it must be an address such as https://example.com/.");
        });
    }

    public Option<string> Url { get; }

    public Option<string?> Key { get; } = new("--api-key")
    {
        Description = $"The API key. Default: the environment variable {KeyVariable}; none is needed on the same machine.",
        HelpName = "key",
        Recursive = true,
    };

    public AppAccess Read(ParseResult parsed) => new(new Uri(parsed.GetRequiredValue(Url)), parsed.GetValue(Key) ?? Environment.GetEnvironmentVariable(KeyVariable));
}
