using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Tests.Configuration;

/// <summary>Whose tables and queues come of the settings. Nothing is asked of anybody.</summary>
public sealed class StorageAccountTests
{
    [Theory]
    [InlineData("", null, "http://127.0.0.1:10002/devstoreaccount1", "http://127.0.0.1:10001/devstoreaccount1")]
    [InlineData("AzureWebJobsStorage:accountName=a123", null, "https://a123.table.core.windows.net/", "https://a123.queue.core.windows.net/")]
    [InlineData("AzureWebJobsStorage:accountName=a123;AzureWebJobsStorage:queueServiceUri=https://q.example", "AzureWebJobsStorage", "https://a123.table.core.windows.net/", "https://q.example/")]
    [InlineData("AzureWebJobsStorage:tableServiceUri=https://t.example;AzureWebJobsStorage:queueServiceUri=https://q.example;AzureWebJobsStorage:credential=managedidentity", null, "https://t.example/", "https://q.example/")]
    [InlineData("AzureWebJobsStorage=UseDevelopmentStorage=true;AzureWebJobsStorage:accountName=a123", null, "http://127.0.0.1:10002/devstoreaccount1", "http://127.0.0.1:10001/devstoreaccount1")]
    [InlineData("AzureWebJobsOther:accountName=b123", "Other", "https://b123.table.core.windows.net/", "https://b123.queue.core.windows.net/")]
    [InlineData("Other:accountName=b123;Other:credential=workloadidentity;Other:clientId=c;Other:tenantId=t", "Other", "https://b123.table.core.windows.net/", "https://b123.queue.core.windows.net/")]
    public void Find_Settings_ItsClients(string settings, string? name, string tables, string queues)
    {
        var account = StorageAccount.Find(Settings(settings), name)!;

        Assert.Equal((new Uri(tables), new Uri(queues)), (account.Tables().Uri, account.Queues().Uri));
    }

    [Fact]
    public void Find_NameWithoutSetting_IsNone() => Assert.Null(StorageAccount.Find(Settings(""), "Other"));

    [Fact]
    public void Queues_TablesOnly_SaysWhatToSet() => Assert.Equal(
        "The storage account is named without an address of its queues. Set AzureWebJobsStorage__queueServiceUri, or AzureWebJobsStorage__accountName in place of all addresses.",
        Assert.Throws<HostStartException>(() => StorageAccount.Find(Settings("AzureWebJobsStorage:tableServiceUri=https://t.example"))!.Queues()).Message);

    [Theory]
    [InlineData("http://q.example")]
    [InlineData("AccountName=a,AccountKey=hidden==")]
    [InlineData("https://q.example/?sig=hidden")]
    [InlineData("https://me:hidden@q.example")]
    public void Find_AddressThatIsNone_SaysWhatToSetAndDoesNotShowIt(string address) => Assert.Equal(
        "AzureWebJobsStorage__queueServiceUri must be an https address without user name and query, such as https://myaccount.queue.core.windows.net.",
        Assert.Throws<HostSettingsException>(() => StorageAccount.Find(Settings($"AzureWebJobsStorage:queueServiceUri={address}"))).Message);

    private static IConfiguration Settings(string settings) => new ConfigurationBuilder().AddInMemoryCollection(settings.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(setting =>
        KeyValuePair.Create(setting.Split('=', 2)[0], (string?)setting.Split('=', 2)[1]))).Build();
}
