using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Tests;

/// <summary>What account and what credential come of the settings, and what is said of wrong ones. Nothing is asked of anybody.</summary>
public sealed class HostAccountTests
{
    private const string Identity = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i";

    [Theory]
    [InlineData("accountName=myaccount", "https://myaccount.table.core.windows.net/", typeof(DefaultAzureCredential))]
    [InlineData("accountName=myaccount;credential=managedidentity", "https://myaccount.table.core.windows.net/", typeof(ManagedIdentityCredential))]
    [InlineData("accountName=myaccount;credential=ManagedIdentity;clientId=11111111-1111-1111-1111-111111111111", "https://myaccount.table.core.windows.net/", typeof(ManagedIdentityCredential))]
    [InlineData("accountName=myaccount;credential=managedidentity;managedIdentityResourceId=" + Identity, "https://myaccount.table.core.windows.net/", typeof(ManagedIdentityCredential))]
    [InlineData("accountName=myaccount;managedIdentityResourceId=" + Identity, "https://myaccount.table.core.windows.net/", typeof(DefaultAzureCredential))]
    [InlineData("tableServiceUri=https://a.table.core.usgovcloudapi.net", "https://a.table.core.usgovcloudapi.net/", typeof(DefaultAzureCredential))]
    [InlineData("tableServiceUri=https://a.table.core.windows.net;accountName=other;queueServiceUri=https://a.queue.core.windows.net", "https://a.table.core.windows.net/", typeof(DefaultAzureCredential))]
    [InlineData("accountName=myaccount;clientId=c;tenantId=11111111-1111-1111-1111-111111111111;clientSecret=s", "https://myaccount.table.core.windows.net/", typeof(ClientSecretCredential))]
    [InlineData("accountName=myaccount;clientId=11111111-1111-1111-1111-111111111111", "https://myaccount.table.core.windows.net/", typeof(DefaultAzureCredential))]
    public void Connect_AccountByIdentity_ItsClient(string settings, string endpoint, Type credential)
    {
        using var services = Services(settings);

        Assert.Equal(new Uri(endpoint), services.GetRequiredService<TableClients>().Endpoint);
        Assert.IsType(credential, services.GetRequiredService<TokenCredential>());
    }

    [Fact]
    public void Connect_ConnectionStringAndIdentity_ConnectionString()
    {
        using var services = Services("=UseDevelopmentStorage=true;accountName=myaccount");

        Assert.Equal(new Uri("http://127.0.0.1:10002/devstoreaccount1"), services.GetRequiredService<TableClients>().Endpoint);
    }

    [Fact]
    public void Connect_CredentialOfTheApp_GoesBeforeTheSettings()
    {
        var own = new AzureCliCredential();
        using var services = Services("accountName=myaccount", services => services.AddSingleton<TokenCredential>(own));

        Assert.Same(own, services.GetRequiredService<TokenCredential>());
    }

    [Fact]
    public void Validate_WrongAccountOfTheTaskHub_SaysWhatToSet()
    {
        using var services = Services("=UseDevelopmentStorage=true", configuration: new Dictionary<string, string?> { ["TaskHubStorage:tableServiceUri"] = "http://a", ["TaskHubStorage:credential"] = "msi" });

        var exception = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<StorageOptions>>().Value);

        Assert.Equal(
            [
                "TaskHubStorage__tableServiceUri is 'http://a'; it must be an https address, such as https://myaccount.table.core.windows.net.",
                "TaskHubStorage__credential is 'msi'; it must be managedidentity or workloadidentity, or not be set.",
            ],
            exception.Failures);
    }

    [Theory]
    [InlineData("tableServiceUri=a.table.core.windows.net", "AzureWebJobsStorage__tableServiceUri is 'a.table.core.windows.net'; it must be an https address, such as https://myaccount.table.core.windows.net.")]
    [InlineData("tableServiceUri=http://a.table.core.windows.net", "AzureWebJobsStorage__tableServiceUri is 'http://a.table.core.windows.net'; it must be an https address, such as https://myaccount.table.core.windows.net.")]
    [InlineData("accountName=a;queueServiceUri=a", "AzureWebJobsStorage__queueServiceUri is 'a'; it must be an https address, such as https://myaccount.queue.core.windows.net.|AzureWebJobsStorage__accountName is 'a'; it must be the name of a storage account alone, 3 to 24 lower-case letters and digits.")]
    [InlineData("queueServiceUri=https://a.queue.core.windows.net", "AzureWebJobsStorage__queueServiceUri or __blobServiceUri is set, but no address of tables; set AzureWebJobsStorage__tableServiceUri too, or AzureWebJobsStorage__accountName in place of all.")]
    [InlineData("accountName=myaccount;credential=msi", "AzureWebJobsStorage__credential is 'msi'; it must be managedidentity or workloadidentity, or not be set.")]
    [InlineData("accountName=myaccount;managedIdentityResourceId=i", "AzureWebJobsStorage__managedIdentityResourceId is 'i'; it must be the resource id of an identity, such as /subscriptions/…/resourceGroups/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/….")]
    [InlineData("accountName=myaccount;clientId=c;managedIdentityResourceId=" + Identity, "AzureWebJobsStorage__managedIdentityResourceId and AzureWebJobsStorage__clientId are set; set one of them, for one identity.")]
    [InlineData("accountName=myaccount;clientSecret=hidden", "AzureWebJobsStorage__clientSecret is set without AzureWebJobsStorage__clientId and AzureWebJobsStorage__tenantId; set all three, or none of them for a managed identity.")]
    [InlineData("tableServiceUri=DefaultEndpointsProtocol=https\\AccountName=a\\AccountKey=hidden==", "AzureWebJobsStorage__tableServiceUri is '***'; it must be an https address, such as https://myaccount.table.core.windows.net.")]
    [InlineData("tableServiceUri=https://a.table.core.windows.net/?sv=2020&sig=hidden", "AzureWebJobsStorage__tableServiceUri is '***'; it must be an https address without user name and query, such as https://myaccount.table.core.windows.net.")]
    [InlineData("tableServiceUri=https://me:hidden@a.table.core.windows.net", "AzureWebJobsStorage__tableServiceUri is '***'; it must be an https address without user name and query, such as https://myaccount.table.core.windows.net.")]
    [InlineData("accountName=AccountKey=hidden==", "AzureWebJobsStorage__accountName is '***'; it must be the name of a storage account alone, 3 to 24 lower-case letters and digits.")]
    [InlineData("accountName=myaccount;credential=AccountKey=hidden==", "AzureWebJobsStorage__credential is '***'; it must be managedidentity or workloadidentity, or not be set.")]
    [InlineData("=AccountName=a,AccountKey=hidden", "AzureWebJobsStorage is not a connection string that can be read; copy it anew from the storage account, or use UseDevelopmentStorage=true for Azurite.")]
    public void Validate_WrongSettings_SaysWhatToSet(string settings, string faults)
    {
        using var services = Services(settings);

        var exception = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<StorageOptions>>().Value);

        Assert.Equal(faults.Split('|'), exception.Failures);
    }

    /// <param name="settings">name=value below AzureWebJobsStorage; without a name the setting itself. A backslash stands for a semicolon within a value.</param>
    private static ServiceProvider Services(string settings, Action<IServiceCollection>? add = null, Dictionary<string, string?>? configuration = null)
    {
        var whole = new ConfigurationBuilder().AddInMemoryCollection(configuration).AddInMemoryCollection(settings.Split(';').Select(setting => setting.Replace('\\', ';').Split('=', 2)).Select(pair =>
            new KeyValuePair<string, string?>(pair[0].Length == 0 ? "AzureWebJobsStorage" : $"AzureWebJobsStorage:{pair[0]}", pair[1]))).Build();
        var services = new ServiceCollection().AddLogging();
        add?.Invoke(services);
        return services.AddOrchestratorStorage(whole).BuildServiceProvider();
    }
}
