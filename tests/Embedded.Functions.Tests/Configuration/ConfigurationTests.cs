using Embedded.Functions.Configuration;
using Embedded.Functions.Extensibility;
using Embedded.Functions.Http;
using Embedded.Functions.Queues;
using Embedded.Functions.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.TestKit.Waiting;

namespace Embedded.Functions.Tests.Configuration;

public sealed class ConfigurationTests
{
    [Fact]
    public async Task LocalSettings_AreConfiguration_BelowTheCommandLine()
    {
        await using var app = await TestApp.StartAsync(new TestAppOptions
        {
            Files = new Dictionary<string, string>
            {
                ["local.settings.json"] = """
                    { // a comment
                      "IsEncrypted": false,
                      "Values": { "Plain": "file", "Section__Key": "nested", "Number": 7, "Overridden": "file" },
                      "ConnectionStrings": { "Other": "there" },
                    }
                    """,
            },
            Arguments = ["--Overridden", "argument"],
        });
        var configuration = app.Services.GetRequiredService<IConfiguration>();

        Assert.Equal("file", configuration["Plain"]);
        Assert.Equal("nested", configuration["Section:Key"]);
        Assert.Equal("7", configuration["Number"]);
        Assert.Equal("argument", configuration["Overridden"]);
        Assert.Equal("there", StorageConnection.Find(configuration, "Other"));
    }

    [Fact]
    public void Environment_WinsOverLocalSettings()
    {
        var name = "FUNCTIONS_TEST_" + Guid.NewGuid().ToString("N");
        var folder = Directory.CreateTempSubdirectory("functions-test-");
        File.WriteAllText(Path.Combine(folder.FullName, "local.settings.json"), $$"""{"Values": {"{{name}}": "file"} }""");
        Environment.SetEnvironmentVariable(name, "environment");
        try
        {
            Assert.Equal("environment", AppConfiguration.CreateBuilder(["--contentRoot", folder.FullName]).Configuration[name]);
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("local.settings.json", "{", "is not valid JSON: ")]
    [InlineData("local.settings.json", """{"IsEncrypted":true}""", "is encrypted, which only its own tools can read. Decrypt it with 'func settings decrypt'.")]
    [InlineData("host.json", "{", "is not valid JSON: ")]
    [InlineData("appsettings.json", "{", "is not valid JSON: ")]
    public async Task File_ThatIsNotAsItShouldBe_IsNamed(string name, string text, string fault)
    {
        var exception = await Assert.ThrowsAsync<HostSettingsException>(() => TestApp.StartAsync(
            new TestAppOptions { Files = new Dictionary<string, string> { [name] = text } }));

        Assert.Contains($"{name} {fault}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("appsettings.json", """{"Level":"one","Other":"stays"}""", """{"Level":"two","Other":"stays"}""")]
    [InlineData("local.settings.json", """{"Values":{"Level":"one","Other":"stays"}}""", """{"Values":{"Level":"two","Other":"stays"}}""")]
    public async Task File_ThatChanges_IsReadAnewAndKeptWhileItCannotBe(string name, string before, string after)
    {
        await using var app = await TestApp.StartAsync(new TestAppOptions { Files = new Dictionary<string, string> { [name] = before } });
        var configuration = app.Services.GetRequiredService<IConfiguration>();
        var path = Path.Combine(app.Services.GetRequiredService<IHostEnvironment>().ContentRootPath, name);
        Assert.Equal("one", configuration["Level"]);

        await File.WriteAllTextAsync(path, "{ half");
        await Eventually.TrueAsync(() => app.Logs.Lines.Any(entry => entry.Message.StartsWith($"A file of settings has changed and cannot be read; what it said before stays in force. {name}", StringComparison.Ordinal)), "the fault is told");
        Assert.Equal(("one", "stays"), (configuration["Level"], configuration["Other"]));

        await File.WriteAllTextAsync(path, after);
        await Eventually.TrueAsync(() => configuration["Level"] == "two", "the change is read");
        Assert.Equal("stays", configuration["Other"]);
    }

    [Theory]
    [InlineData("plain", "plain", null)]
    [InlineData("%A%-%b%", "1-2", null)]
    [InlineData("%A% %C%", "1 %C%", "C")]
    [InlineData("100 %", "100 %", null)]
    public void SettingExpression_TakesTheSettingsValues(string text, string expected, string? expectedMissing)
    {
        var resolved = SettingExpression.Resolve(Settings(("A", "1"), ("B", "2")), text, out var missing);

        Assert.Equal(expected, resolved);
        Assert.Equal(expectedMissing, missing);
    }

    [Fact]
    public void StorageConnection_OfNoSetting_IsDevelopmentStorage()
    {
        Assert.Equal("UseDevelopmentStorage=true", StorageConnection.Find(Settings()));
        Assert.Equal("UseDevelopmentStorage=true", StorageConnection.Find(Settings(("AzureWebJobsStorage", " "))));
        Assert.Equal("mine", StorageConnection.Find(Settings(("AzureWebJobsStorage", "mine")), name: null));
    }

    [Fact]
    public void StorageConnection_OfAName_PrefersThePrefixedSetting()
    {
        Assert.Equal("prefixed", StorageConnection.Find(Settings(("AzureWebJobsX", "prefixed"), ("X", "plain")), "X"));
        Assert.Equal("plain", StorageConnection.Find(Settings(("X", "plain")), "X"));
        Assert.Null(StorageConnection.Find(Settings(), "X"));
    }

    [Fact]
    public void QueueSettings_OfHostJson_AreTaken()
    {
        var settings = QueueSettings.Read(HostJson(
            ("batchSize", "4"), ("maxDequeueCount", "3"), ("visibilityTimeout", "00:00:10"), ("maxPollingInterval", "00:00:02"), ("messageEncoding", "none")));

        Assert.Equal(
            new QueueSettings
            {
                BatchSize = 4,
                NewBatchThreshold = 2,
                MaxDequeueCount = 3,
                VisibilityTimeout = TimeSpan.FromSeconds(10),
                MaxPollingInterval = TimeSpan.FromSeconds(2),
                Encoding = MessageEncoding.None,
            },
            settings);
    }

    [Fact]
    public void QueueSettings_OfNothing_AreTheRealDefaults() => Assert.Equal(new QueueSettings(), QueueSettings.Read(HostJson()));

    [Fact]
    public void QueueSettings_ThatAreWrong_AreAllTold()
    {
        var fault = Assert.Throws<HostSettingsException>(() => QueueSettings.Read(HostJson(
            ("batchSize", "33"), ("newBatchThreshold", "x"), ("maxDequeueCount", "0"), ("visibilityTimeout", "8.00:00:00"),
            ("maxPollingInterval", "00:00:00.05"), ("messageEncoding", "1"))));

        Assert.Equal(
            string.Join(Environment.NewLine,
                "host.json: extensions.queues.batchSize is '33'; it must be a whole number from 1 to 32.",
                "host.json: extensions.queues.newBatchThreshold is 'x'; it must be a whole number from 0 to 1000.",
                "host.json: extensions.queues.visibilityTimeout is '8.00:00:00'; it must be a time (hh:mm:ss) from 00:00:00 to 7.00:00:00.",
                "host.json: extensions.queues.maxDequeueCount is '0'; it must be a whole number from 1 to 2147483647.",
                "host.json: extensions.queues.maxPollingInterval is '00:00:00.05'; it must be a time (hh:mm:ss) from 00:00:00.1000000 to 01:00:00.",
                "host.json: extensions.queues.messageEncoding is '1'; it must be one of none, base64."),
            fault.Message);
    }

    [Theory]
    [InlineData("Embedded:Http:Port", "70000", "settings: Embedded:Http:Port is '70000'; it must be a whole number from 0 to 65535.")]
    [InlineData("Embedded:Http:Address", "here", "settings: Embedded:Http:Address is 'here'; it must be an IP address.")]
    public void HttpSettings_ThatAreWrong_AreTold(string key, string value, string message) =>
        Assert.Equal(message, Assert.Throws<HostSettingsException>(() => HttpSettings.Read(Settings((key, value)), HostJson())).Message);

    [Fact]
    public void HttpSettings_OfNothing_AreTheDefaults()
    {
        var settings = HttpSettings.Read(Settings(), HostJson());

        Assert.Equal(("127.0.0.1", 7071, "api"), (settings.Address.ToString(), settings.Port, settings.RoutePrefix));
    }

    private static HostJson HostJson(params (string Key, string Value)[] queues) =>
        new(Settings([.. queues.Select(setting => ("extensions:queues:" + setting.Key, setting.Value))]));

    private static IConfigurationRoot Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
