using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orchestrator.Configuration;
using Orchestrator.Secrets;

namespace Orchestrator.Agents.Secrets;

/// <summary>Registers where secrets come from.</summary>
public static class SecretsServiceCollectionExtensions
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Adds the <see cref="ISecretSource"/> of the program: its settings, then the vault that they name. The program's <see cref="TokenCredential"/> opens the vault.</summary>
    public static IServiceCollection AddSecrets(this IServiceCollection services)
    {
        services.AddSettings<SecretsOptions>(SecretsOptions.SectionName);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SecretsOptions>, SecretsOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(CreateSource);
        return services;
    }

    private static ISecretSource CreateSource(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<SecretsOptions>>().Value;
        var settings = new SettingsSecrets(provider.GetRequiredService<IConfiguration>());
        if (options.VaultUri is not { } vault)
            return settings;

        var client = new SecretClient(vault, provider.GetRequiredService<TokenCredential>(), new SecretClientOptions { Retry = { MaxRetries = 2, NetworkTimeout = CallTimeout } });
        return new ChainedSecrets(settings, new CachedSecrets(new KeyVaultSecrets(client), options.CacheTime, provider.GetRequiredService<TimeProvider>()));
    }
}
