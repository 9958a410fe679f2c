using System.CommandLine;

namespace Orchestrator.Cli.Api;

/// <summary>Where a running app is, and how it lets us in.</summary>
/// <param name="Address">The app's root.</param>
/// <param name="Key">An API key; null: none.</param>
/// <param name="Token">A bearer token of Entra ID, sent where there is no key; null: none.</param>
internal sealed record AppAccess(Uri Address, string? Key, string? Token = null);

/// <summary>The options of commands that ask a running app, for the command and those below it.</summary>
internal sealed class AppAccessOptions
{
    private const string KeyVariable = "ORCHESTRATOR_API_KEY";
    private const string TokenVariable = "ORCHESTRATOR_TOKEN";

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

    public Option<string?> Token { get; } = new("--token")
    {
        Description = $"A token of Entra ID in place of a key. Default: the environment variable {TokenVariable}.",
        HelpName = "token",
        Recursive = true,
    };

    /// <summary>What is said on the command line goes before what the environment says, and a key before a token.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    public AppAccess Read(ParseResult parsed, Func<string, string?>? variable = null)
    {
        var (address, read) = (new Uri(parsed.GetRequiredValue(Url)), variable ?? Environment.GetEnvironmentVariable);
        var (key, token) = (parsed.GetValue(Key), parsed.GetValue(Token));
        if (key is null && token is null)
            (key, token) = (Set(read(KeyVariable)), Set(read(TokenVariable)));
        return new AppAccess(address, key, key is null ? token : null);
    }

    private static string? Set(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
