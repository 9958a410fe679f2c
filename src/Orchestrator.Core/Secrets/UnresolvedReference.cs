namespace Orchestrator.Secrets;

/// <summary>
/// An app setting that refers to Key Vault, <c>@Microsoft.KeyVault(…)</c>, and that the platform could not put the secret in place of: the app is then given the
/// reference itself. Anybody could guess that, so it must never serve as a secret.
/// </summary>
public static class UnresolvedReference
{
    /// <summary>What to do, to end a fault with.</summary>
    public const string Remedy =
        "is a reference to Key Vault that could not be resolved; the secret must be there, and the app's identity must have the role Key Vault Secrets User on the vault.";

    private const string Prefix = "@Microsoft.KeyVault(";

    /// <summary>Whether a value is one.</summary>
    public static bool Is(string? value) => value?.TrimStart().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) is true;
}
