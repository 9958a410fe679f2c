using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Errors;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Tables;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;

namespace Orchestrator.Storage.Tests.Tasks;

public sealed class TaskDeleterTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private TableServer _server = null!;

    public async Task InitializeAsync() => _server = await TableServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Delete_TaskWithEverything_LeavesNothingOfItAndAllOfOthers()
    {
        await using var store = await Store.StartAsync(_server);
        var kept = await FinishWithEverythingAsync(store, "kept");
        var before = await store.RowsAsync();
        var id = await FinishWithEverythingAsync(store, "key");

        Assert.Equal(new DeleteOutcome.Deleted(), await store.Tasks.DeleteAsync(id, None));

        Assert.Equal(before.Order(), (await store.RowsAsync()).Order());
        Assert.Null(await store.Tasks.GetAsync(id, None));
        Assert.NotNull(await store.Tasks.GetAsync(kept, None));
        Assert.Equal(new DeleteOutcome.NotFound(), await store.Tasks.DeleteAsync(id, None));
        Assert.NotEqual(id, (await store.SubmitAsync("{}", "key")).Record.Id);
    }

    [Fact]
    public async Task Delete_TaskThatIsNotOver_ChangesNothing()
    {
        await using var store = await Store.StartAsync(_server);
        var task = (await store.SubmitAsync()).Record;
        var rows = await store.RowsAsync();

        var outcome = Assert.IsType<DeleteOutcome.NotFinished>(await store.Tasks.DeleteAsync(task.Id, None));

        Assert.Equal((task.Id, TaskState.Queued), (outcome.Task.Id, outcome.Task.State));
        Assert.Equal(rows, await store.RowsAsync());
    }

    [Fact]
    public async Task Delete_BrokenOffAnywhere_IsFinishedByTheNext()
    {
        FailingSender? sender = null;
        await using var store = await Store.StartAsync(_server, sender: services => sender = FailingSender.Of(services));
        await store.SubmitAsync();
        var before = await store.RowsAsync();

        var broken = 0;
        for (var isWhole = false; !isWhole; broken++)
        {
            var id = await FinishWithEverythingAsync(store, $"key{broken}");
            sender!.FailAfter(broken);
            try
            {
                await store.Tasks.DeleteAsync(id, None);
                isWhole = true;
            }
            catch (StorageUnavailableException)
            {
                Assert.NotNull(await store.Tasks.GetAsync(id, None));
                sender.FailAfter(int.MaxValue);
                Assert.Equal(new DeleteOutcome.Deleted(), await store.Tasks.DeleteAsync(id, None));
            }

            sender.FailAfter(int.MaxValue);
            Assert.Equal(before.Order(), (await store.RowsAsync()).Order());
        }

        Assert.Equal(5, broken);
    }

    [Fact]
    public async Task Delete_RefusedForGood_SaysSoAndLeavesTheTask()
    {
        FailingSender? sender = null;
        await using var store = await Store.StartAsync(_server, sender: services => sender = FailingSender.Of(services));
        var id = await FinishWithEverythingAsync(store, "key");
        sender!.Refuses = true;

        var exception = await Assert.ThrowsAsync<TaskContendedException>(() => store.Tasks.DeleteAsync(id, None));

        Assert.Equal((id, true), (exception.Task, exception.IsRetryable));
        Assert.NotNull(await store.Tasks.GetAsync(id, None));
        sender.Refuses = false;
        Assert.Equal(new DeleteOutcome.Deleted(), await store.Tasks.DeleteAsync(id, None));
    }

    private static async Task<TaskId> FinishWithEverythingAsync(Store store, string key)
    {
        var large = $"\"{new string('x', 100_000)}\"";
        var id = (await store.SubmitAsync(large, key, "red", "a/b")).Record.Id;
        var (task, lease) = await store.ClaimAsync(id);
        await store.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Failed(new TaskError("boom", "It broke."), IsRetryable: true), None);
        store.Time.Advance(TimeSpan.FromMinutes(1));
        var second = (await store.Lifecycle.ClaimAsync(id, Store.Claim(2) with { Agent = "other" }, None))!;
        await store.Lifecycle.CompleteAsync(second.Task, Assert.IsType<ClaimDecision.Claimed>(second.Decision).Lease, new AttemptOutcome.Succeeded(large), None);
        return id;
    }

    private sealed class FailingSender(ITransactionSender inner) : ITransactionSender
    {
        private int _left = int.MaxValue;

        public static FailingSender Of(IServiceProvider services) =>
            new(new TableTransactionSender(services.GetRequiredService<TableClients>(), services.GetRequiredService<StorageMetrics>()));

        /// <summary>Whether everything is refused as if it had conditions.</summary>
        public bool Refuses { get; set; }

        public void FailAfter(int transactions) => _left = transactions;

        public Task<TransactionResult> SendAsync(string table, string partition, IReadOnlyList<RowOperation> operations, CancellationToken cancellationToken) =>
            Refuses ? Task.FromResult<TransactionResult>(new TransactionResult.Refused(0, 412, new InvalidOperationException("no")))
            : _left-- > 0
                ? inner.SendAsync(table, partition, operations, cancellationToken)
                : throw new StorageUnavailableException(new Uri("http://127.0.0.1/"), "Broken off.");

        public Task<string?> ReadWriteIdAsync(string table, string partition, string rowKey, CancellationToken cancellationToken) =>
            inner.ReadWriteIdAsync(table, partition, rowKey, cancellationToken);

        public Task CreateTableAsync(string table, CancellationToken cancellationToken) => inner.CreateTableAsync(table, cancellationToken);
    }
}
