using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Orchestrator.Secrets;

namespace Orchestrator.Agents.Secrets;

/// <summary>Secrets of a Key Vault, in their latest version.</summary>
internal sealed class KeyVaultSecrets(SecretClient client) : ISecretSource
{
    /// <exception cref="SecretUnavailableException">The vault does not answer, or not to us.</exception>
    public async ValueTask<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var secret = await client.GetSecretAsync(name, cancellationToken: cancellationToken);
            return string.IsNullOrEmpty(secret.Value.Value) ? null : secret.Value.Value;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == "SecretDisabled" || IsDisabled(exception))
        {
            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is RequestFailedException or AuthenticationFailedException or AggregateException or OperationCanceledException)
        {
            throw new SecretUnavailableException(name, ReasonOf(exception), exception);
        }
    }

    /// <summary>A secret that is disabled, not yet valid or expired is answered as forbidden, which otherwise means that the app may not read it.</summary>
    private static bool IsDisabled(RequestFailedException exception) =>
        exception.Status == 403 && exception.Message.Contains("SecretDisabled", StringComparison.Ordinal);

    private string ReasonOf(Exception exception) => exception switch
    {
        RequestFailedException { Status: > 0 } answered =>
            $"the vault {client.VaultUri.Host} answered with status {answered.Status}{(answered.ErrorCode is { Length: > 0 } code ? $" ({code})" : "")}",
        AuthenticationFailedException => $"the app got no token for the vault {client.VaultUri.Host}",
        _ => $"the vault {client.VaultUri.Host} did not answer",
    };
}
