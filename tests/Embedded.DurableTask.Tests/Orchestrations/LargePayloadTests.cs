using System.Security.Cryptography;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Orchestrator.TestKit.Storage;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>Semantics: large inputs are handled, wherever they stand and whoever owns the hub; only the custom status is small.</summary>
public sealed class LargePayloadTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly EntityInstanceId Store = new("Store", "x");

    [Theory]
    [InlineData(1, 0, "stopped")]
    [InlineData(3, 0, "stopped")]
    [InlineData(3, 1000, "stopped")]
    [InlineData(3, 0, "killed")]
    public async Task Payloads_OfMebibytes_ComeThroughEverything(int mebibytes, int sessions, string left)
    {
        await using var app = await AppAsync(sessions);
        var input = Payload(mebibytes);
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Main", input);
        await app.StatusIsAsync(id + "c", OrchestrationRuntimeStatus.Completed);
        if (left == "stopped")
        {
            await app.StopAsync();
        }

        await app.StartAsync();
        var raised = Payload(mebibytes);
        await app.Client.RaiseEventAsync(id, "More", raised);

        var ended = await app.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        IsSame(input, ended.ReadInputAs<string>());
        IsSame(input + "ac", (await app.EndOfAsync(id + "c")).ReadOutputAs<string>());
        IsSame(input + "ac" + raised, ended.ReadOutputAs<string>());
        IsSame(raised, (await app.Client.Entities.GetEntityAsync<string>(Store))!.State);
        await app.RestartAsync();
        IsSame(input + "ac" + raised, (await app.EndOfAsync(id)).ReadOutputAs<string>());
        IsSame(raised, (await app.Client.Entities.GetEntityAsync<string>(Store))!.State);
    }

    /// <summary>64-bit integers and other numbers keep all their digits.</summary>
    [Fact]
    public async Task Numbers_AreKeptWhole()
    {
        await using var app = await AppAsync(sessions: 0);
        var numbers = new Numbers(long.MinValue, ulong.MaxValue, 79_228_162_514_264_337_593_543_950_335m, double.Epsilon, 0.1f, DateTime.MaxValue.ToUniversalTime());

        Assert.Equal(numbers, (await app.RunAsync("Echo", numbers)).ReadOutputAs<Numbers>());
    }

    /// <summary>Custom status over 16 KB (UTF-16) fails the instance.</summary>
    [Fact]
    public async Task CustomStatus_Over16Kilobytes_FailsTheInstance()
    {
        await using var app = await AppAsync(sessions: 0);

        Assert.Equal(8190, (await app.RunAsync("Status", 8190)).ReadCustomStatusAs<string>()!.Length);
        var ended = await app.RunAsync("Status", 8191);
        Assert.Equal(
            (OrchestrationRuntimeStatus.Failed, "System.ArgumentException: The custom status takes 16,386 bytes as UTF-16 encoded JSON. It must not take more than 16 KB."),
            (ended.RuntimeStatus, ended.SerializedOutput));
    }

    private static string Payload(int mebibytes) => Convert.ToBase64String(RandomNumberGenerator.GetBytes(mebibytes * 3 * 256 * 1024));

    /// <summary>Without writing millions of characters when they differ.</summary>
    private static void IsSame(string expected, string? actual) =>
        Assert.True(expected == actual, $"Expected the {expected.Length} characters that went in; there are {actual?.Length.ToString() ?? "none"}.");

    private Task<AppHub> AppAsync(int sessions) => new AppHub(azurite, sessions)
        .Activity<string>("Append", text => Task.FromResult<object?>(text + "a"))
        .Entity<Keeper>("Store")
        .Orchestrator("Main", async context =>
        {
            var appended = await context.CallActivityAsync<string>("Append", context.GetInput<string>());
            var child = await context.CallSubOrchestratorAsync<string>("Child", appended, new SubOrchestrationOptions(instanceId: context.InstanceId + "c"));
            var more = await context.WaitForExternalEvent<string>("More");
            return child + await context.Entities.CallEntityAsync<string>(Store, "Set", more);
        })
        .Orchestrator("Child", context => Task.FromResult<object?>(context.GetInput<string>() + "c"))
        .Orchestrator("Echo", context => Task.FromResult<object?>(context.GetInput<Numbers>()))
        .Orchestrator("Status", context =>
        {
            context.SetCustomStatus(new string('x', context.GetInput<int>()));
            return Task.FromResult<object?>(null);
        })
        .StartAsync();

    private sealed record Numbers(long Least, ulong Most, decimal Money, double Small, float Tenth, DateTime Late);

    public sealed class Keeper : TaskEntity<string>
    {
        public string Set(string text) => State = text;

        protected override string InitializeState(TaskEntityOperation entityOperation) => string.Empty;
    }
}
