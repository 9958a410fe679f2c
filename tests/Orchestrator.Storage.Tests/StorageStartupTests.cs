using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orchestrator.Errors;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Storage.Tests;

public sealed class StorageStartupTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Start_StorageThere_HasTheTableOfTheFirstSegment()
    {
        await using var store = await Store.StartAsync(azurite);
        var shard = store.Services.GetRequiredService<TaskIdSource>().NextShards.Single();

        Assert.Equal(
            ["ResourceNotFound", "TableNotFound"],
            await Task.WhenAll(new[] { shard, TaskShards.After(shard, 1) }.Select(next => MissingAsync(store, new DateOnly(2026, 11, 22), next))));
        Assert.Equal(shard, (await store.SubmitAsync()).Record.Id.Shard);
    }

    [Fact]
    public async Task Evening_Comes_HasTomorrowsTables()
    {
        await using var store = await Store.StartAsync(azurite);
        var startup = store.Services.GetServices<IHostedService>().OfType<BackgroundService>().Single();
        var tomorrow = new DateOnly(2026, 11, 23);
        await startup.StartAsync(CancellationToken.None);
        await store.Time.WhenArmedAsync(1);

        store.Time.Advance(TimeSpan.FromHours(11.5));
        Assert.Equal("TableNotFound", await MissingAsync(store, tomorrow, 16));
        store.Time.Advance(TimeSpan.FromHours(1));
        foreach (var shard in Enumerable.Range(16, 16))
            await Eventually.TrueAsync(async () => await MissingAsync(store, tomorrow, shard) == "ResourceNotFound", $"the table of shard {shard} is there");
        await startup.StopAsync(CancellationToken.None);
    }

    private static async Task<string> MissingAsync(Store store, DateOnly day, int shard) =>
        (await Assert.ThrowsAsync<Azure.RequestFailedException>(() => store.Table(TaskKeys.Table(day, shard)).GetEntityAsync<Azure.Data.Tables.TableEntity>("a", "b"))).ErrorCode ?? "";

    [Fact]
    public async Task Check_StorageThere_IsSilent()
    {
        await using var store = await Store.StartAsync(azurite);
        var check = store.Services.GetRequiredService<StorageCheck>();

        await check.CheckAsync(CancellationToken.None);

        Assert.Equal(azurite.TableEndpoint, check.Endpoint);
    }

    [Fact]
    public async Task Start_StorageSlowAtFirst_IsAskedAgain()
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        var slow = proxy.Add(new FaultRule(new StorageFault.Delay(TimeSpan.FromSeconds(30))) { Times = 1 });
        await using var services = Services(proxy.ConnectionString);

        await services.GetServices<IHostedService>().OfType<IHostedLifecycleService>().Single().StartingAsync(CancellationToken.None);

        Assert.Equal(1, slow.Fired);
    }

    [Fact]
    public async Task Everything_StorageNotThere_SaysWhatToDo()
    {
        var port = UnusedPort();
        await using var services = Services($"DefaultEndpointsProtocol=http;AccountName={azurite.AccountName};AccountKey={azurite.AccountKey};TableEndpoint=http://127.0.0.1:{port}/{azurite.AccountName};");
        var expected = $"Table storage at http://127.0.0.1:{port}/{azurite.AccountName} does not answer (Connection refused); "
            + $"start Azurite (npx azurite --skipApiVersionCheck) so that it listens there, or name another account in AzureWebJobsStorage.";
        var startup = services.GetServices<IHostedService>().OfType<IHostedLifecycleService>().Single();
        var store = services.GetRequiredService<ITaskStore>();
        var id = TaskId.Parse("01M81CB2HB0C00000000000000");

        Func<Task>[] calls =
        [
            () => startup.StartingAsync(CancellationToken.None),
            () => store.SubmitAsync(Store.Submission(), CancellationToken.None),
            () => store.SubmitAsync(Store.Submission("{}", "key"), CancellationToken.None),
            () => store.GetAsync(id, CancellationToken.None),
            () => store.GetEventsAsync(id, 0, CancellationToken.None),
            () => store.ListAsync(new TaskQuery(), CancellationToken.None),
            () => store.ListAsync(new TaskQuery { ContinuationToken = "AQ" + new string('A', 56) }, CancellationToken.None),
            () => store.ListUnstartedAsync(id.CreatedAt, 1, CancellationToken.None),
            () => services.GetRequiredService<TaskLifecycle>().MarkStartedAsync(id, CancellationToken.None),
        ];
        foreach (var call in calls)
        {
            var exception = await Assert.ThrowsAsync<StorageUnavailableException>(call);
            Assert.Equal((expected, "storage_unavailable", true), (exception.Message.Replace($" (127.0.0.1:{port})", "", StringComparison.Ordinal), exception.Code, exception.IsRetryable));
        }
    }

    [Fact]
    public async Task Check_WrongKey_SaysSo()
    {
        await using var services = Services(azurite.ConnectionString.Replace(azurite.AccountKey, Convert.ToBase64String(new byte[64]), StringComparison.Ordinal));

        var exception = await Assert.ThrowsAsync<StorageUnavailableException>(() => services.GetRequiredService<StorageCheck>().CheckAsync(CancellationToken.None));

        Assert.StartsWith($"Table storage at {azurite.TableEndpoint.AbsoluteUri.TrimEnd('/')} refuses access (403 AuthorizationFailure); check the key", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Connect_StringThatIsNone_DoesNotShowIt()
    {
        using var services = Services("AccountKey=secret;nonsense");

        var exception = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<ITaskStore>());
        Assert.Equal(
            "AzureWebJobsStorage is not a connection string that can be read; copy it anew from the storage account, or use UseDevelopmentStorage=true for Azurite.",
            exception.Message);
    }

    private static ServiceProvider Services(string connectionString)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage", connectionString)]).Build();
        return new ServiceCollection().AddLogging().AddOrchestratorStorage(configuration).BuildServiceProvider();
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
