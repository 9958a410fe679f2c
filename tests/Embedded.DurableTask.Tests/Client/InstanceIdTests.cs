using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Orchestrator.TestKit.Storage;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>Semantics: instance ids up to 100 characters, hostile ones refused; all others are kept apart, in memory and in storage.</summary>
public sealed class InstanceIdTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly string[] Ids =
    [
        "a", "A", "a!", "a=", "a=0021", "!fence", "!checkpoint", "a'b", "a''b", "a\"b", "%2F", "a b", " ", ".", "..", "a&b", "<a>", "{a}", "a|b", "é", "e\u0301", "日本", "🙂",
        new string('x', 100), new string('ü', 100), new string('ü', 99) + "ä", string.Concat(Enumerable.Repeat("🙂", 50)),
    ];

    [Fact]
    public async Task Ids_OfAllOtherCharacters_AreKeptApart()
    {
        await using var app = await AppAsync();
        foreach (var id in Ids)
        {
            Assert.Equal(id, (await app.RunAsync("Echo", id, new StartOrchestrationOptions(id))).ReadOutputAs<string>());
        }

        await app.RestartAsync();
        foreach (var id in Ids)
        {
            Assert.Equal(id, (await app.Client.GetInstanceAsync(id, getInputsAndOutputs: true))!.ReadOutputAs<string>());
            Assert.Contains(id, await app.Client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: id)).Select(instance => instance.InstanceId).ToListAsync());
        }

        Assert.Equal(
            Ids.Order(StringComparer.Ordinal),
            (await app.Client.GetAllInstancesAsync(new OrchestrationQuery(PageSize: 5)).Select(instance => instance.InstanceId).ToListAsync()).Order(StringComparer.Ordinal));
        foreach (var id in Ids)
        {
            Assert.Equal(1, (await app.Client.PurgeInstanceAsync(id)).PurgedInstanceCount);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("@counter@a")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\tb")]
    [InlineData("a\0b")]
    public async Task Id_Hostile_IsRefusedByEveryCall(string id)
    {
        await using var app = await AppAsync();
        var calls = new Func<Task>[]
        {
            () => app.Client.RaiseEventAsync(id, "E"),
            () => app.Client.TerminateInstanceAsync(id),
            () => app.Client.SuspendInstanceAsync(id),
            () => app.Client.ResumeInstanceAsync(id),
            () => app.Client.GetInstanceAsync(id),
            () => app.Client.WaitForInstanceStartAsync(id),
            () => app.Client.WaitForInstanceCompletionAsync(id),
            () => app.Client.PurgeInstanceAsync(id),
            () => app.Client.RestartAsync(id),
        };

        foreach (var call in calls)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(call);
        }
    }

    private Task<AppHub> AppAsync() => new AppHub(azurite, sessions: 0)
        .Orchestrator("Echo", context => Task.FromResult<object?>(context.InstanceId))
        .StartAsync();
}
