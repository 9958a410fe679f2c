using Orchestrator.Cli.Storage;

namespace Orchestrator.Cli.Tests.Storage;

public sealed class StorageConfigurationTests : IDisposable
{
    private const string Acme = "AccountName=acme;AccountKey=a==";
    private readonly TestSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Find_Environment_Wins()
    {
        _session.Write("local.settings.json", """{"Values":{"AzureWebJobsStorage":"UseDevelopmentStorage=true"}}""");

        Assert.Equal("https://acme.table.core.windows.net/ (the environment)", Find(Acme).ToString());
    }

    [Fact]
    public void Find_LocalSettings_ComesNext()
    {
        var file = _session.Write("local.settings.json", $$"""{ /* mine */ "Values":{"AzureWebJobsStorage":"{{Acme}}", } }""");

        Assert.Equal($"https://acme.table.core.windows.net/ ({file})", Find(null).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"Values":{}}""")]
    [InlineData("{}")]
    public void Find_Nothing_IsTheEmulator(string? settings)
    {
        if (settings is not null)
            _session.Write("local.settings.json", settings);

        Assert.Equal("http://127.0.0.1:10002/devstoreaccount1 (the defaults)", Find("").ToString());
    }

    /// <summary>Else the emulator would silently take the place of the account that is named.</summary>
    [Theory]
    [InlineData("AzureWebJobsStorage__accountName")]
    [InlineData("AzureWebJobsStorage__tableServiceUri")]
    public void Find_AccountByIdentity_SaysThatItTakesAConnectionString(string setting)
    {
        var file = _session.Write("local.settings.json", $$"""{"Values":{"{{setting}}":"acme"} }""");

        foreach (var (source, find) in new (string, Func<StorageConnection>)[] { ("the environment", () => FindIn(name => name == setting ? "acme" : null)), (file, () => Find(null)) })
        {
            Assert.Equal(
                $"{setting} of {source} names an account that is reached by identity, which an app on this machine is not started with: set AzureWebJobsStorage to a connection string, "
                + $"or take {setting} away to work on a local emulator.",
                Assert.Throws<CommandException>(find).Message);
        }
    }

    [Fact]
    public void Find_ConnectionStringAndAccountByIdentity_ConnectionString()
    {
        _session.Write("local.settings.json", $$"""{"Values":{"AzureWebJobsStorage__accountName":"other","AzureWebJobsStorage":"{{Acme}}"} }""");

        Assert.Equal("https://acme.table.core.windows.net/", Find(null).Table.ToString());
    }

    [Theory]
    [InlineData("{ cut off")]
    [InlineData("""{"Values":{"AzureWebJobsStorage":5}}""")]
    public void Find_LocalSettingsInvalid_NamesTheFile(string settings)
    {
        var file = _session.Write("local.settings.json", settings);

        var exception = Assert.Throws<CommandException>(() => Find(null));

        Assert.StartsWith($"{file} is not valid (", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("see local.settings.sample.json.", exception.Message, StringComparison.Ordinal);
    }

    private StorageConnection FindIn(Func<string, string?> environment) => StorageConfiguration.Find(_session.Repository, environment);

    private StorageConnection Find(string? variable) =>
        StorageConfiguration.Find(_session.Repository, name => name == "AzureWebJobsStorage" ? variable : null);
}
