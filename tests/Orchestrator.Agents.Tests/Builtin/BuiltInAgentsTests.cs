using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agents.Builtin;
using Orchestrator.Agents.Http;
using Orchestrator.Tasks;

namespace Orchestrator.Agents.Tests.Builtin;

public sealed class BuiltInAgentsTests
{
    [Fact]
    public void AddBuiltInAgents_Twice_RegistersEachOnce()
    {
        using var provider = Provider();

        var catalog = provider.GetRequiredService<AgentCatalog>();

        Assert.Equal(["http-call", "wait", "external", "noop"], catalog.Agents.Select(agent => agent.Name));
        Assert.Equal(["external", "http", "noop", "wait"], catalog.TaskTypes.Select(type => type.Name));
        using var scope = provider.CreateScope();
        Assert.NotNull(scope.ServiceProvider.GetRequiredService<HttpCallAgent>());
    }

    [Fact]
    public void Http_InputWithFaults_IsRefusedAtSubmission()
    {
        using var provider = Provider();
        Assert.True(provider.GetRequiredService<AgentCatalog>().TryGetTaskType("http", out var type));

        var faults = type.CheckInput!(JsonSerializer.SerializeToElement(new { url = "nowhere", body = 5 }));

        Assert.Equal(
            [new Fault("/body", "A GET has no body."), new Fault("/url", "The value must be an absolute http or https address.")],
            faults);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("""{"a":[1,"é",null]}""")]
    public async Task Noop_Input_IsItsOutput(string input)
    {
        var given = JsonSerializer.Deserialize<JsonElement>(input);
        var context = new AgentContext(TaskId.Parse("01J0000000000000000000000G"), "noop", 1, given, DateTimeOffset.MaxValue, new RecordingReporter());

        var result = await new NoopAgent().RunAsync(context, CancellationToken.None);

        Assert.True(JsonElement.DeepEquals(given, JsonSerializer.Deserialize<JsonElement>(result.Output)));
    }

    private static ServiceProvider Provider() =>
        new ServiceCollection().AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddLogging()
            .AddBuiltInAgents().AddBuiltInAgents().BuildServiceProvider();
}
