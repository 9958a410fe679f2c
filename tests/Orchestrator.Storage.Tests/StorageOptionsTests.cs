using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Orchestrator.Storage.Tests;

public sealed class StorageOptionsTests
{
    [Fact]
    public void Validate_EverythingWrong_NamesEveryFault()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Options(
            ("Orchestrator:Storage:TablePrefix", "1-x"),
            ("Orchestrator:Storage:Lanes", "17"),
            ("Orchestrator:Storage:TasksPerSegment", "9"),
            ("Orchestrator:Storage:RequestTimeout", "00:00:00")));

        Assert.Equal(
            [
                "Orchestrator:Storage:TablePrefix is '1-x'; it must be empty, or a letter followed by at most 29 letters and digits.",
                "Orchestrator:Storage:Lanes is '17'; it must be 1 to 16.",
                "Orchestrator:Storage:TasksPerSegment is '9'; it must be 10 to 10000.",
                "Orchestrator:Storage:RequestTimeout is '00:00:00'; it must be 00:00:01 to 00:01:40.",
                "Neither Orchestrator:Storage:ConnectionString nor Orchestrator:Storage:Endpoint is set, nor AzureWebJobsStorage; "
                + "set one of them, such as AzureWebJobsStorage=UseDevelopmentStorage=true for Azurite on its usual ports, or AzureWebJobsStorage__accountName for an account that is reached by identity.",
            ],
            exception.Failures);
    }

    [Fact]
    public void Validate_BothAccounts_IsRefused() =>
        Assert.Equal(
            [
                "Orchestrator:Storage:ConnectionString and Orchestrator:Storage:Endpoint are both set; set one of them.",
                "Orchestrator:Storage:Endpoint is 'ftp://x/'; it must be an https address, for a token is sent to it.",
            ],
            Assert.Throws<OptionsValidationException>(() => Options(
                ("Orchestrator:Storage:ConnectionString", "UseDevelopmentStorage=true"),
                ("Orchestrator:Storage:Endpoint", "ftp://x/"))).Failures);

    [Theory]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=hidden==", "it must be an https address, for a token is sent to it.")]
    [InlineData("https://a.table.core.windows.net/?sv=2020&sig=hidden", "it must be an https address without user name and query, for a token is sent to it.")]
    [InlineData("https://[hidden", "it must be an address.")]
    public void Validate_AddressThatMayHoldAKey_IsRefusedAndNotShown(string address, string rule) =>
        Assert.Equal(
            $"Orchestrator:Storage:Endpoint is '***'; {rule}",
            Assert.Throws<OptionsValidationException>(() => Options(("AzureWebJobsStorage", "UseDevelopmentStorage=true"), ("Orchestrator:Storage:Endpoint", address))).Failures.Single());

    [Theory]
    [InlineData("Orchestrator:Storage:ConnectionString")]
    [InlineData("AzureWebJobsStorage")]
    public void Validate_ConnectionStringThatCannotBeRead_IsRefusedAndNotShown(string key) =>
        Assert.Equal(
            [$"{key} is not a connection string that can be read; copy it anew from the storage account, or use UseDevelopmentStorage=true for Azurite."],
            Assert.Throws<OptionsValidationException>(() => Options((key, "AccountName=a;AccountKey=hidden"))).Failures);

    [Fact]
    public void Bind_HostAccountOnly_IsTaken()
    {
        Assert.Equal("UseDevelopmentStorage=true", Options(("AzureWebJobsStorage", "UseDevelopmentStorage=true")).ConnectionString);
        Assert.Equal(new Uri("https://a.table.core.windows.net"), Options(("AzureWebJobsStorage:tableServiceUri", "https://a.table.core.windows.net")).Endpoint);
    }

    [Fact]
    public void Bind_OwnAccount_GoesBeforeTheHosts()
    {
        var options = Options(("AzureWebJobsStorage", "UseDevelopmentStorage=true"), ("Orchestrator:Storage:Endpoint", "https://a.table.core.windows.net"));

        Assert.Equal((null, new Uri("https://a.table.core.windows.net")), (options.ConnectionString, options.Endpoint));
    }

    private static StorageOptions Options(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build();
        using var services = new ServiceCollection().AddLogging().AddOrchestratorStorage(configuration).AddOrchestratorStorage(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<StorageOptions>>().Value;
    }
}
