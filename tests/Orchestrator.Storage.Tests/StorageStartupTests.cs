using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orchestrator.Availability;
using Orchestrator.Errors;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tables;
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
        var startup = store.Services.GetServices<IHostedService>().OfType<StorageStartup>().Single();
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

    /// <summary>A role or a signature that only reads passes what else is looked at.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_MayOnlyRead_SaysSo(bool isStart)
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        proxy.Add(new FaultRule(new StorageFault.Answer(403) { Code = "AuthorizationPermissionMismatch" }) { Where = call => call.IsWrite });
        await using var services = Services(proxy.ConnectionString);
        var check = services.GetRequiredService<StorageCheck>();

        var exception = await Assert.ThrowsAsync<StorageUnavailableException>(() => isStart ? check.OpenAsync(CancellationToken.None) : check.TryAsync(CancellationToken.None));

        Assert.Equal("storage_permission_missing", exception.Reason);
        Assert.Equal(
            $"Table storage at {check.Endpoint.GetLeftPart(UriPartial.Path)} lets us read, but not write (403 AuthorizationPermissionMismatch); give the app's identity the role "
            + "'Storage Table Data Contributor' in place of one that only reads, or, to a shared access signature, the permissions to add, update and delete.",
            exception.Message);
    }

    [Fact]
    public async Task Try_NoStoreYet_CreatesNone()
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        var prefix = azurite.UniqueName();
        await using var services = Services(proxy.ConnectionString, prefix);

        await services.GetRequiredService<StorageCheck>().TryAsync(CancellationToken.None);

        Assert.DoesNotContain(proxy.Calls, call => call.IsWrite && call.Table == "Tables");
        var missing = await Assert.ThrowsAsync<Azure.RequestFailedException>(() => new Azure.Data.Tables.TableClient(azurite.ConnectionString, prefix + "OrchestratorSettings").GetEntityAsync<Azure.Data.Tables.TableEntity>("a", "b"));
        Assert.Equal("TableNotFound", missing.ErrorCode);
    }

    /// <summary>An emulator that is too old for us, or another service than that of tables.</summary>
    [Theory]
    [InlineData(400, "does not take what it is asked (400 InvalidHeaderValue); Azurite has to be started with --skipApiVersionCheck, and what listens there has to be its table service.")]
    [InlineData(404, "does not answer as table storage does (404 InvalidHeaderValue); check that the configured address is that of the tables (https://myaccount.table.core.windows.net), "
        + "not of blobs or queues, that the account has tables, and that no proxy answers in its place.")]
    public async Task Start_AnswerThatTablesDoNotGive_SaysSo(int status, string text)
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        proxy.Add(new FaultRule(new StorageFault.Answer(status) { Code = "InvalidHeaderValue" }));
        await using var services = Services(proxy.ConnectionString);
        var check = services.GetRequiredService<StorageCheck>();

        foreach (var look in new Func<CancellationToken, Task>[] { check.OpenAsync, check.TryAsync, check.CheckAsync })
        {
            var exception = await Assert.ThrowsAsync<StorageUnavailableException>(() => look(CancellationToken.None));
            Assert.Equal(("storage_unexpected", $"Table storage at {check.Endpoint.GetLeftPart(UriPartial.Path)} {text}"), (exception.Reason, exception.Message));
        }
    }

    /// <summary>Whoever asks for health does not wait for as long as it takes to know; when it is known, nobody waits any more.</summary>
    [Fact]
    public async Task Check_StorageHangs_AwayForAllCalls()
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        proxy.Add(new FaultRule(new StorageFault.Delay(TimeSpan.FromMinutes(2))));
        await using var services = Services(proxy.ConnectionString);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => services.GetRequiredService<StorageCheck>().CheckAsync(limit.Token));

        await Eventually.TrueAsync(() => services.GetRequiredService<IStorageAvailability>().IsAway, "storage is found away");
        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => services.GetRequiredService<TableReader>().GetAsync("none", "a", "b", CancellationToken.None));
        Assert.Equal("storage_unreachable", refused.Reason);
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

    private static ServiceProvider Services(string connectionString, string prefix = "")
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage", connectionString), new("Orchestrator:Storage:TablePrefix", prefix)]).Build();
        return new ServiceCollection().AddLogging().AddOrchestratorStorage(configuration).BuildServiceProvider();
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
