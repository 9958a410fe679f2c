namespace Orchestrator.Configuration;

/// <summary>
/// A setting that says where its value is, for App Service to put the value there: <c>@Microsoft.KeyVault(…)</c>. Where it cannot, the text stays as it is; who took it
/// for the value would have a secret that everybody can guess.
/// </summary>
public static class PlatformReference
{
    /// <summary>What to do about one that was not replaced, to stand behind "it".</summary>
    public const string Cure = "could not be replaced by the platform: see the setting's status in the portal, give the app's identity the role Key Vault Secrets User, and restart the app";

    private static readonly string[] Beginnings = ["@Microsoft.KeyVault(", "@Microsoft.AppConfiguration("];

    /// <summary>Whether a text is one that was not replaced.</summary>
    public static bool Is(string? text) => text is not null && Beginnings.Any(beginning => text.AsSpan().TrimStart().StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
}
