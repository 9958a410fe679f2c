using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Errors;
using Orchestrator.Tasks;

namespace Orchestrator.Agents.Tests;

public sealed class AgentServiceCollectionExtensionsTests
{
    [Fact]
    public void AddAgent_TaskTypeOnly_TakesNameFromTheClassAndDefaultsForTheRest()
    {
        var catalog = Catalog(services => services.AddAgent<TwoWordAgent>("letters.count"));

        Assert.True(catalog.TryGetAgent("letters.count", out var agent));
        Assert.Equal("two-word", agent.Name);
        Assert.Equal(typeof(TwoWordAgent), agent.AgentType);
        Assert.Equal([new TaskType { Name = "letters.count" }], agent.TaskTypes);
    }

    [Fact]
    public void AddAgent_Described_HasWhatWasSaidForEachType()
    {
        var retry = new RetryPolicy { MaxAttempts = 7 };

        var catalog = Catalog(services => services.AddAgent<TwoWordAgent>("a.one", agent => agent
            .Named("counter")
            .Described("Counts.")
            .WithRetry(retry)
            .WithTimeLimit(TimeSpan.FromSeconds(9))
            .AlsoDoes("a.two")
            .WithVersion(3)));

        Assert.True(catalog.TryGetAgent("a.two", out var agent));
        Assert.Equal("counter", agent.Name);
        Assert.Equal("Counts.", agent.Description);
        Assert.Equal(
            [
                new TaskType { Name = "a.one", Description = "Counts.", Retry = retry, Timeouts = new TaskTimeouts { Attempt = TimeSpan.FromSeconds(9) } },
                new TaskType { Name = "a.two", Description = "Counts.", Version = 3 },
            ],
            agent.TaskTypes);
    }

    [Fact]
    public void AddAgent_TwoAgentsOfOneType_IsRefusedWithEveryFault()
    {
        var exception = Assert.Throws<AgentRegistrationException>(() => Catalog(services =>
        {
            services.AddAgent<TwoWordAgent>("a.one");
            services.AddAgent<OtherAgent>("a.one", agent => agent.WithTimeLimit(TimeSpan.FromMinutes(10)));
        }));

        Assert.Equal(
            [
                "Task type 'a.one' is registered by more than one agent.",
                "Task type 'a.one': Timeouts.Attempt is 00:10:00; it must be below the function time-out of 00:10:00.",
            ],
            exception.Faults);
    }

    [Fact]
    public void AddAgent_AgentTaken_IsNewForEachScope()
    {
        using var provider = Provider(services => services.AddAgent<TwoWordAgent>("a.one"));
        using var one = provider.CreateScope();
        using var two = provider.CreateScope();

        Assert.NotSame(one.ServiceProvider.GetRequiredService<TwoWordAgent>(), two.ServiceProvider.GetRequiredService<TwoWordAgent>());
    }

    [Fact]
    public void AddOrchestratorAgents_OptionsOutOfRange_NamesEveryFault()
    {
        using var provider = Provider(_ => { }, ("Orchestrator:Agents:DeadlineGrace", "00:02:00"), ("Orchestrator:Outbound:RequestTimeout", "00:00:00"));

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<AgentsOptions>>().Value);

        Assert.Equal(
            [
                "Orchestrator:Agents:DeadlineGrace is '00:02:00'; it must be 00:00:00 to 00:01:00.",
            ],
            exception.Failures);
    }

    [Theory]
    [InlineData("""{"path":"a.txt"}""", "")]
    [InlineData("""{"path":"a.txt","lines":[{"number":1}]}""", "")]
    [InlineData("""{}""", "/path: It is missing.")]
    [InlineData("[]", ": The value is not of the kind that is needed here.")]
    [InlineData(
        """{"path":5,"lines":[{"number":1},{"number":"x"},{"number":null}]}""",
        "/path: The value is not of the kind that is needed here.\n/lines/1/number: The value is not of the kind that is needed here.\n/lines/2/number: The value must not be null.")]
    [InlineData("""{"path":"a.txt","lines":[{"number":"x"}]}""", "/lines/0/number: The value is not of the kind that is needed here.")]
    [InlineData("""{"path":null}""", "/path: The value must not be null.")]
    [InlineData("null", ": The input is null; an object is needed.")]
    public void WithInput_Input_FindsWhatDoesNotFit(string input, string expected)
    {
        var catalog = Catalog(services => services.AddAgent<TwoWordAgent>("a.one", agent => agent.WithInput<Input>()));
        Assert.True(catalog.TryGetTaskType("a.one", out var type));
        using var document = JsonDocument.Parse(input);

        var faults = type.CheckInput!(document.RootElement).Select(fault => $"{fault.Pointer}: {fault.Message}");

        Assert.Equal(expected, string.Join('\n', faults));
    }

    private static AgentCatalog Catalog(Action<IServiceCollection> register)
    {
        using var provider = Provider(register);
        return provider.GetRequiredService<AgentCatalog>();
    }

    private static ServiceProvider Provider(Action<IServiceCollection> register, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging();
        register(services);
        return services.AddOrchestratorAgents().BuildServiceProvider();
    }

    private sealed class TwoWordAgent : IAgent
    {
        public Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken) => Task.FromResult(AgentResult.Empty);
    }

    private sealed class OtherAgent : IAgent
    {
        public Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken) => Task.FromResult(AgentResult.Empty);
    }

    private sealed record Input(string Path, Line[]? Lines = null);

    private sealed record Line(int Number);
}
