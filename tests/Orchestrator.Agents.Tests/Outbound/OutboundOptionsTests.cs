using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Agents.Outbound;

namespace Orchestrator.Agents.Tests.Outbound;

public sealed class OutboundOptionsTests
{
    [Fact]
    public void AddOutboundHttp_SettingsOutOfRange_NamesEveryFault()
    {
        using var provider = Provider(
            ("Orchestrator:Outbound:AllowedHosts:0", "a.example"),
            ("Orchestrator:Outbound:AllowedHosts:1", "a.example/path"),
            ("Orchestrator:Outbound:RequestTimeout", "00:00:00"),
            ("Orchestrator:Outbound:MaxResponseBytes", "5"));

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(
            [
                "Orchestrator:Outbound:RequestTimeout is '00:00:00'; it must be 00:00:01 to 00:05:00.",
                "Orchestrator:Outbound:MaxResponseBytes is '5'; it must be 1024 to 16777216.",
                "Orchestrator:Outbound:AllowedHosts:1 is 'a.example/path'; it must be a host such as api.example.com, *.example.com or api.example.com:8443, with http:// before it to allow plain http.",
            ],
            exception.Failures);
    }

    [Fact]
    public void AddOutboundHttp_NoSettings_AllowsNothing()
    {
        using var provider = Provider();

        var http = provider.GetRequiredService<OutboundHttp>();

        Assert.NotNull(http.FindRefusal("https://example.com/"));
        Assert.NotNull(http.FindRefusal("http://localhost/"));
        var options = provider.GetRequiredService<IOptions<OutboundOptions>>().Value;
        Assert.Equal((false, TimeSpan.FromSeconds(30), 1_048_576), (options.AllowLoopback, options.RequestTimeout, options.MaxResponseBytes));
    }

    [Fact]
    public void AddOutboundHttp_Settings_AreTaken()
    {
        using var provider = Provider(("Orchestrator:Outbound:AllowedHosts:0", "*.example.com"), ("Orchestrator:Outbound:AllowLoopback", "true"));

        var http = provider.GetRequiredService<OutboundHttp>();

        Assert.Null(http.FindRefusal("https://a.example.com/"));
        Assert.Null(http.FindRefusal("http://localhost:81/"));
        Assert.Null(http.FindRefusal("http://[::1]:81/"));
        Assert.NotNull(http.FindRefusal("http://a.example.com/"));
    }

    private static ServiceProvider Provider(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))).Build();
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddOutboundHttp().AddOutboundHttp().BuildServiceProvider();
    }
}
