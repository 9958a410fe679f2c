using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Embedded.Functions.Discovery;
using Embedded.Functions.Extensibility;
using Embedded.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Tests.Hosting;

public sealed class StartTests
{
    [Fact]
    public async Task Start_SettingsOfSeveralPartsAreWrong_AllAreToldAtOnce()
    {
        var fault = await Assert.ThrowsAsync<HostSettingsException>(() => TestApp.StartAsync(new TestAppOptions
        {
            Files = new Dictionary<string, string> { ["host.json"] = """{"extensions":{"queues":{"batchSize":99}},"logging":{"logLevel":{"default":"Loud"}}}""" },
            Settings = new Dictionary<string, string?> { ["Embedded:Http:Address"] = "here" },
        }));

        Assert.Equal(
            [
                "host.json: extensions.queues.batchSize is '99'; it must be a whole number from 1 to 32.",
                "host.json: logging.logLevel.default is 'Loud'; it must be one of Trace, Debug, Information, Warning, Error, Critical, None.",
                "settings: Embedded:Http:Address is 'here'; it must be an IP address.",
            ],
            fault.Message.Split(Environment.NewLine).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Start_OnAPortThatIsTaken_SaysWhatToDo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var fault = await Assert.ThrowsAsync<HostStartException>(() => TestApp.StartAsync(
            new TestAppOptions { Functions = [typeof(SomeFunctions)], Arguments = ["--port", $"{port}"] }));

        Assert.Equal($"Port {port} on 127.0.0.1 is taken by another process. Stop that one, or choose another port with --port (0 for any free one).", fault.Message);
    }

    [Fact]
    public async Task Start_ListsTheFunctionsAndWhereTheyAre()
    {
        await using var app = await TestApp.StartAsync(typeof(SomeFunctions));

        var address = app.Client.BaseAddress;
        Assert.Contains(app.Logs.Lines, line => line.Message == string.Join(Environment.NewLine,
            $"Ready: 3 functions, listening on {address}",
            $"  Any       [any] {address}api/Any",
            $"  GetThing  [GET,HEAD] {address}api/things/{{id}}",
            "  Tick      timer 0 0 1 1 *"));
    }

    [Fact]
    public async Task Start_WithoutHttpFunctions_OpensNoPort()
    {
        await using var app = await TestApp.StartAsync(typeof(TimerOnly));

        Assert.Null(app.Client.BaseAddress);
        Assert.Contains(app.Logs.Lines, line => line.Message.StartsWith("Ready: 1 functions, no HTTP", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_ThatFails_StopsWhatHadStarted()
    {
        var service = new Service();
        await Assert.ThrowsAsync<HostStartException>(() => TestApp.StartAsync(new TestAppOptions
        {
            Functions = [typeof(SomeFunctions)],
            Configure = builder =>
            {
                builder.Services.AddSingleton<IHostedService>(service);
                builder.Services.AddSingleton<ITriggerExtension>(new FailingExtension());
            },
        }));

        Assert.Equal(["started", "stopped"], service.Events);
    }

    [Fact]
    public async Task Options_ThatAreWrong_StopTheStartWithAllFaults()
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => TestApp.StartAsync(new TestAppOptions
        {
            Configure = builder => builder.Services.AddOptions<Options>().Configure(options => options.Count = 7).ValidateDataAnnotations().ValidateOnStart(),
        }));

        Assert.Contains("Count must be small.", StartFailure.Explain(fault), StringComparison.Ordinal);
    }

    [Fact]
    public void StartFailure_ExplainsOnlyWhatTheStarterCanMend()
    {
        Assert.Equal("port taken", StartFailure.Explain(new HostStartException("port taken")));
        Assert.Equal("The function 'F' cannot be bound: no.", StartFailure.Explain(new FunctionBindingException("F", "no.")));
        Assert.Equal(
            "one" + Environment.NewLine + "two",
            StartFailure.Explain(new AggregateException(new HostStartException("one"), new HostStartException("two"))));
        Assert.Null(StartFailure.Explain(new AggregateException(new HostStartException("one"), new InvalidOperationException("bug"))));
        Assert.Null(StartFailure.Explain(new InvalidOperationException("bug")));
        Assert.Null(StartFailure.Explain(null));
    }

    [Fact]
    public async Task Builder_IsThatOfAnyHost()
    {
        var builder = FunctionsApplication.CreateBuilder(["--environment", "Development", "--Key", "value"]);
        builder.ConfigureContainer(new DefaultServiceProviderFactory());
        builder.Services.ConfigureFunctionsApplicationInsights();

        Assert.Equal("value", builder.Configuration["Key"]);
        Assert.Same(builder.Configuration, ((IHostApplicationBuilder)builder).Configuration);
        Assert.True(builder.Environment.IsDevelopment());
        Assert.Equal(AppContext.BaseDirectory.TrimEnd('/'), builder.Environment.ContentRootPath.TrimEnd('/'));
        Assert.NotNull(builder.Properties);
        Assert.NotNull(builder.Metrics.Services);

        await using var host = (IAsyncDisposable)builder.Build();
        Assert.Throws<InvalidOperationException>(() => builder.Use(next => next));
        Assert.Throws<InvalidOperationException>(builder.Build);
    }

    [Fact]
    public void FunctionSource_TakesTheAssembliesThatTheSettingNames()
    {
        var source = FunctionSource.Find(Settings("Embedded.Functions.Tests; Embedded.Functions"));

        Assert.Contains(typeof(StartTests), source.Types);
        Assert.Contains(typeof(FunctionContext), source.Types);
    }

    [Fact]
    public void FunctionSource_OfAnAssemblyThatIsNotThere_SaysSo()
    {
        var fault = Assert.Throws<HostStartException>(() => FunctionSource.Find(Settings("Nowhere")));

        Assert.StartsWith("The setting Embedded:FunctionAssemblies names 'Nowhere', but there is no such assembly: ", fault.Message, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Settings(string assemblies) => new ConfigurationBuilder()
        .AddInMemoryCollection([KeyValuePair.Create(FunctionSource.AssembliesKey, (string?)assemblies)]).Build();

    public static class SomeFunctions
    {
        [Function("GetThing")]
        public static void Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "things/{id}")] HttpRequest request)
        {
        }

        [Function("Any")]
        public static void Any([HttpTrigger(AuthorizationLevel.Function)] HttpRequest request)
        {
        }

        [Function("Tick")]
        public static void Tick([TimerTrigger("0 0 1 1 *", UseMonitor = false)] TimerInfo timer)
        {
        }
    }

    public static class TimerOnly
    {
        [Function("Tick")]
        public static void Tick([TimerTrigger("0 0 1 1 *", UseMonitor = false)] TimerInfo timer)
        {
        }
    }

    public sealed class Options
    {
        [Range(1, 5, ErrorMessage = "Count must be small.")]
        public int Count { get; set; }
    }

    private sealed class Service : IHostedService
    {
        public List<string> Events { get; } = [];

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Events.Add("started");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Events.Add("stopped");
            return Task.CompletedTask;
        }
    }

    private sealed class FailingExtension : ITriggerExtension
    {
        public bool Handles(Attribute triggerAttribute) => false;

        public void Add(TriggeredFunction function) => throw new InvalidOperationException("Not expected.");

        public Task StartAsync(CancellationToken cancellationToken) => throw new HostStartException("The hub is owned by another.");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
