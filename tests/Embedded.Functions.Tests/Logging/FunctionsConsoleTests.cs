using Embedded.Functions.Extensibility;
using Embedded.Functions.Logging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit.Time;

namespace Embedded.Functions.Tests.Logging;

public sealed class FunctionsConsoleTests
{
    [Fact]
    public void Line_IsTimeLevelCategoryAndMessage() =>
        Assert.Equal($"00:00:00.000 info Agents: hello{Environment.NewLine}", Format("Orchestrator.Agents", LogLevel.Information, exception: null));

    [Fact]
    public void Line_OfTheHostItself_HasNoCategory() =>
        Assert.Equal($"00:00:00.000 warn hello{Environment.NewLine}", Format("Embedded.Functions.Hosting.Host", LogLevel.Warning, exception: null));

    [Theory]
    [InlineData(LogLevel.Trace, "trce")]
    [InlineData(LogLevel.Debug, "dbug")]
    [InlineData(LogLevel.Error, "fail")]
    [InlineData(LogLevel.Critical, "crit")]
    public void Level_IsAWordOfFourLetters(LogLevel level, string word) =>
        Assert.Equal($"00:00:00.000 {word} X: hello{Environment.NewLine}", Format("X", level, exception: null));

    [Fact]
    public void Exception_StandsBelow()
    {
        var exception = new InvalidOperationException("boom");

        Assert.Equal($"00:00:00.000 fail X: hello{Environment.NewLine}{exception}{Environment.NewLine}", Format("X", LogLevel.Error, exception));
    }

    [Fact]
    public void FailedStart_ThatIsToldAtTheEnd_IsNotLoggedWithItsStackTrace()
    {
        Assert.Equal("", Format("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Error, new HostStartException("port taken")));
        Assert.NotEqual("", Format("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Error, new InvalidOperationException("bug")));
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore", LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore", LogLevel.Warning, true)]
    [InlineData("Orchestrator", LogLevel.Information, false)]
    [InlineData("Orchestrator", LogLevel.Warning, true)]
    [InlineData("Orchestrator.Agents", LogLevel.Debug, true)]
    [InlineData("Orchestrator.Tasks", LogLevel.Information, false)]
    [InlineData("Orchestrator.Tasks", LogLevel.Error, true)]
    public void Levels_AreThoseOfHostJson_ThenOfTheAppsConfiguration(string category, LogLevel level, bool expected)
    {
        var hostJson = new HostJson(Settings(("logging:logLevel:default", "Warning"), ("logging:logLevel:Orchestrator.Agents", "debug")));
        using var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(new ManualTimeProvider())
            .AddLogging(logging => logging.AddFunctionsConsole(hostJson, Settings(("Logging:LogLevel:Orchestrator.Tasks", "Error"))))
            .BuildServiceProvider();

        Assert.Equal(expected, services.GetRequiredService<ILoggerFactory>().CreateLogger(category).IsEnabled(level));
    }

    [Fact]
    public void Level_ThatIsNone_IsTold()
    {
        var hostJson = new HostJson(Settings(("logging:logLevel:default", "Loud")));

        using var services = new ServiceCollection().AddLogging(logging => logging.AddFunctionsConsole(hostJson, Settings())).BuildServiceProvider();

        Assert.Equal(
            ["host.json: logging.logLevel.default is 'Loud'; it must be one of Trace, Debug, Information, Warning, Error, Critical, None."],
            services.GetRequiredService<HostSettingsCheck>().FindFaults());
    }

    private static IConfigurationRoot Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();

    private static string Format(string category, LogLevel level, Exception? exception)
    {
        using var writer = new StringWriter();
        new ShortLineFormatter(new ManualTimeProvider(), coloured: false).Write(
            new LogEntry<string>(level, category, default, "hello", exception, (state, _) => state), scopeProvider: null, writer);
        return writer.ToString();
    }
}
