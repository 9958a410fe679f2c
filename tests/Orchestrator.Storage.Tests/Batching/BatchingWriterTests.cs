using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Errors;
using Orchestrator.Storage.Batching;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Storage.Tests.Batching;

public sealed class BatchingWriterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ScriptedSender _sender = new();
    private readonly ManualTimeProvider _time = new();
    private readonly BatchingWriter _writer;

    public BatchingWriterTests() => _writer = new BatchingWriter(_sender, new SeededRandomSource(1), _time, NullLogger<BatchingWriter>.Instance);

    [Fact]
    public async Task Write_IdlePartition_IsSentAtOnceAndAlone()
    {
        var written = Assert.IsType<RowGroupOutcome.Written>(await Write(Insert("a"), Insert("b")));

        Assert.Equal(["v1", "v2"], written.Versions);
        Assert.Equal([["a", "b"]], _sender.Sent);
    }

    [Fact]
    public async Task Write_WhilePartitionIsBusy_GoesTogetherInTheNextTransaction()
    {
        var gate = Gate();
        var first = Write(Insert("a"));
        var others = Enumerable.Range(0, 3).Select(i => Write(Insert($"x{i}"), Insert($"y{i}"))).ToArray();
        gate.SetResult();

        await first;
        await Task.WhenAll(others).WaitAsync(Limit);
        Assert.Equal([["a"], ["x0", "y0", "x1", "y1", "x2", "y2"]], _sender.Sent);
    }

    /// <summary>What is sent for one alone has his log scopes and trace; what is sent for several has nobody's, nor those of whoever came first.</summary>
    [Fact]
    public async Task Write_SeveralCallers_EachTransactionInTheFlowOfItsOneCaller()
    {
        var caller = new AsyncLocal<string?>();
        var flowed = new List<string?>();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var sending = 0; sending < 4; sending++)
        {
            var isFirst = sending == 0;
            _sender.Then(async operations =>
            {
                flowed.Add(caller.Value);
                if (isFirst)
                    await gate.Task;
                return _sender.Apply(operations);
            });
        }

        var writes = new List<Task> { WriteAs("first", "a"), WriteAs("second", "b"), WriteAs("third", "c"), WriteAs("third", "b") };
        caller.Value = null;
        gate.SetResult();
        await Task.WhenAll(writes).WaitAsync(Limit);

        Assert.Equal([["a"], ["b", "c"], ["b"]], _sender.Sent);
        Assert.Equal(["first", null, "third"], flowed);

        Task WriteAs(string name, string row)
        {
            caller.Value = name;
            return Write(Insert(row));
        }
    }

    [Fact]
    public async Task Write_OtherPartition_DoesNotWait()
    {
        var gate = Gate();
        var first = Write(Insert("a"));

        await _writer.WriteAsync(new RowGroup("T", "other", [Insert("b")], 0), CancellationToken.None).WaitAsync(Limit);

        gate.SetResult();
        await first.WaitAsync(Limit);
    }

    [Fact]
    public async Task Write_MoreThanATransactionHolds_SplitsBetweenCallersOnly()
    {
        var gate = Gate();
        var all = new List<Task> { Write(Insert("first")) };
        all.AddRange(Enumerable.Range(0, 6).Select(i => Write([.. Enumerable.Range(0, 30).Select(j => Insert($"{i}-{j}"))])));
        gate.SetResult();

        await Task.WhenAll(all).WaitAsync(Limit);
        Assert.Equal([1, 90, 90], _sender.Sent.Select(rows => rows.Length));
    }

    [Fact]
    public async Task Write_LargeRows_KeepsTransactionsUnderFourMebibytes()
    {
        var gate = Gate();
        var all = new List<Task> { Write(Insert("first")) };
        all.AddRange(Enumerable.Range(0, 5).Select(i => Write([.. Enumerable.Range(0, 20).Select(j => Insert($"{i}-{j}", new byte[65_536]))])));
        gate.SetResult();

        await Task.WhenAll(all).WaitAsync(Limit);
        Assert.Equal([1, 40, 40, 20], _sender.Sent.Select(rows => rows.Length));
    }

    [Fact]
    public async Task Write_SameRowTwice_KeepsOrderAndNeverSharesATransaction()
    {
        var gate = Gate();
        var all = new List<Task>
        {
            Write(Insert("first")),
            Write(Insert("a"), Insert("b")),
            Write(Delete("b"), Insert("c")),
            Write(Delete("c")),
            Write(Insert("d")),
        };
        gate.SetResult();

        await Task.WhenAll(all).WaitAsync(Limit);
        Assert.Equal([["first"], ["a", "b", "d"], ["b", "c"], ["c"]], _sender.Sent);
        Assert.Equal(["a", "d", "first"], _sender.Rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Write_OneCallerRefused_SendsTheOthersAgain()
    {
        await Write(Insert("taken"));
        var gate = Gate();
        var first = Write(Insert("first"));
        var good1 = Write(Insert("a"));
        var bad = Write(Insert("b"), Insert("taken"));
        var good2 = Write(Insert("c"));
        gate.SetResult();

        await Task.WhenAll(first, good1, good2, bad).WaitAsync(Limit);
        Assert.Equal(new RowGroupOutcome.Conflict(409, 1), await bad);
        Assert.IsType<RowGroupOutcome.Written>(await good1);
        Assert.IsType<RowGroupOutcome.Written>(await good2);
        Assert.Equal([["taken"], ["first"], ["a", "b", "taken", "c"], ["a", "c"]], _sender.Sent);
        Assert.DoesNotContain("b", _sender.Rows);
    }

    [Fact]
    public async Task Write_RefusalThatDoesNotSayWhich_SendsEachCallerAlone()
    {
        var gate = Gate();
        _sender.Then(new TransactionResult.Refused(null, 400, new InvalidOperationException("which?")));
        var all = new[] { Write(Insert("first")), Write(Insert("a")), Write(Insert("b")) };
        gate.SetResult();

        await Task.WhenAll(all).WaitAsync(Limit);
        Assert.Equal([["first"], ["a", "b"], ["a"], ["b"]], _sender.Sent);
    }

    [Fact]
    public async Task Write_RefusalThatIsNoConflict_Throws()
    {
        var reason = new InvalidOperationException("bad request");
        _sender.Then(new TransactionResult.Refused(0, 400, reason));

        Assert.Same(reason, await Assert.ThrowsAsync<InvalidOperationException>(() => Write(Insert("a"))));
    }

    [Fact]
    public async Task Write_DeletionOfWhatIsNotThere_GoesOnWithoutIt()
    {
        var written = Assert.IsType<RowGroupOutcome.Written>(await Write(Insert("a"), RowOperation.DeleteIfExists("p", "gone"), Insert("b")));

        Assert.Equal(["v1", "", "v2"], written.Versions);
        Assert.Equal([["a", "gone", "b"], ["a", "b"]], _sender.Sent);
    }

    [Fact]
    public async Task Write_NothingLeftToDelete_IsWritten()
    {
        var group = new RowGroup("T", "p", [RowOperation.DeleteIfExists("p", "gone")], 0);

        Assert.IsType<RowGroupOutcome.Written>(await _writer.WriteAsync(group, CancellationToken.None).WaitAsync(Limit));
    }

    [Fact]
    public async Task Write_AnswerLostAfterItWasApplied_IsWrittenOnce()
    {
        _sender.ThenApplyButLoseTheAnswer();

        Assert.Equal(new RowGroupOutcome.Written(null), await Write(Insert("a"), Insert("b")));
        Assert.Equal([["a", "b"]], _sender.Sent);
    }

    [Fact]
    public async Task Write_LostBeforeItWasApplied_IsSentAgain()
    {
        _sender.Then(new TransactionResult.Unclear(new IOException("reset")));
        var write = Write(Insert("a"));
        await PauseAsync(100);

        Assert.Equal(["v1"], Assert.IsType<RowGroupOutcome.Written>(await write.WaitAsync(Limit)).Versions);
        Assert.Equal([["a"], ["a"]], _sender.Sent);
    }

    [Fact]
    public async Task Write_AppliedAfterItWasThoughtLost_TakesTheConflictForSuccess()
    {
        // The first request arrives late: between our reading back and our second sending.
        IReadOnlyList<RowOperation>? late = null;
        _sender.Then(operations =>
        {
            late = operations;
            return Task.FromResult<TransactionResult>(new TransactionResult.Unclear(new TimeoutException()));
        });
        var write = Write(Insert("a"));
        await _time.WhenArmedAsync(1).WaitAsync(Limit);
        _sender.Apply(late!);
        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(new RowGroupOutcome.Written(null), await write.WaitAsync(Limit));
    }

    [Fact]
    public async Task Write_RefusedForARowThatIsNotThere_IsSentAgain()
    {
        _sender.Then(new TransactionResult.Refused(1, 409, new InvalidOperationException("409")));

        Assert.Equal(["v1", "v2"], Assert.IsType<RowGroupOutcome.Written>(await Write(Insert("a"), Insert("b"))).Versions);
        Assert.Equal([["a", "b"], ["a", "b"]], _sender.Sent);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(412)]
    public async Task Write_RefusedWithAConditionThatItHasNot_IsSentAgain(int status)
    {
        var first = new TableEntity("p", "a");
        await Write(Insert("a"));
        _sender.Then(new TransactionResult.Refused(0, status, new InvalidOperationException("no")));
        _sender.Then(new TransactionResult.Refused(0, status, new InvalidOperationException("no")));

        Assert.IsType<RowGroupOutcome.Written>(await Write(RowOperation.Upsert(first)));
        Assert.IsType<RowGroupOutcome.Written>(await Write(RowOperation.DeleteIfExists("p", "a")));
        Assert.Empty(_sender.Rows);
    }

    [Fact]
    public async Task Write_AlwaysRefusedForARowThatIsNotThere_IsAConflictAfterFourTries()
    {
        for (var i = 0; i < 5; i++)
            _sender.Then(new TransactionResult.Refused(0, 409, new InvalidOperationException("409")));

        Assert.Equal(new RowGroupOutcome.Conflict(409, 0), await Write(Insert("a")));
        Assert.Equal(4, _sender.Sent.Count);
    }

    [Fact]
    public async Task Write_LostForGood_GivesUpAfterFourTriesWithinASecond()
    {
        var reason = new StorageUnavailableException(new Uri("http://127.0.0.1:1/"), "down");
        for (var i = 0; i < 4; i++)
            _sender.Then(new TransactionResult.Unclear(reason));
        _sender.AreReadsBroken = true;
        var write = Write(Insert("a"));
        await PauseAsync(100);
        await PauseAsync(200);
        await PauseAsync(400);

        Assert.Same(reason, await Assert.ThrowsAsync<StorageUnavailableException>(() => write.WaitAsync(Limit)));
        Assert.IsType<RowGroupOutcome.Written>(await Write(Insert("b")));
    }

    [Fact]
    public async Task Write_TableMissing_IsCreatedOnce()
    {
        _sender.Then(new TransactionResult.TableMissing());

        Assert.IsType<RowGroupOutcome.Written>(await Write(Insert("a")));
        Assert.Equal(["T"], _sender.CreatedTables);
    }

    [Fact]
    public async Task Write_TableMissingForRowsThatAreToBeThere_IsNotCreated()
    {
        var gate = Gate();
        var busy = Write(Insert("a"));
        var deletion = Write(RowOperation.DeleteIfExists("p", "gone"));
        var log = _writer.WriteAsync(new RowGroup("T", "p", [Insert("log")], 0) { NeedsTable = true }, CancellationToken.None);
        var merge = Write(Insert("event"), RowOperation.Merge(new TableEntity("p", "task"), "v1"));
        _sender.Then(new TransactionResult.TableMissing());
        gate.SetResult();

        await busy.WaitAsync(Limit);
        Assert.Equal(new RowGroupOutcome.Written(null), await deletion.WaitAsync(Limit));
        Assert.Equal(new RowGroupOutcome.Conflict(404, 0), await log.WaitAsync(Limit));
        Assert.Equal(new RowGroupOutcome.Conflict(404, 1), await merge.WaitAsync(Limit));
        Assert.Empty(_sender.CreatedTables);
    }

    [Fact]
    public async Task Write_TableMissingAfterItWasCreated_Throws()
    {
        _sender.Then(new TransactionResult.TableMissing()).Then(new TransactionResult.TableMissing());

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => Write(Insert("a")));
        Assert.Equal("Table T was created, but writing to it still finds no such table.", exception.Message);
    }

    [Fact]
    public async Task Write_StaleVersion_IsAConflict()
    {
        await Write(Insert("a"));

        Assert.Equal(new RowGroupOutcome.Conflict(412, 0), await Write(RowOperation.Merge(new TableEntity("p", "a"), "v0")));
    }

    [Theory]
    [InlineData(32_768, null)]
    [InlineData(32_769, "Column Text of row a is 32769 characters long; at most 32768 can be stored.")]
    public async Task Write_ColumnAtTheLimit_IsTheLastAccepted(int length, string? message)
    {
        var write = () => Write(RowOperation.Insert(new TableEntity("p", "a") { ["Text"] = new string('é', length) }));

        if (message is null)
            Assert.IsType<RowGroupOutcome.Written>(await write());
        else
            Assert.Equal(message, (await Assert.ThrowsAsync<PayloadTooLargeException>(write)).Message);
    }

    [Fact]
    public async Task Write_OverTheLimits_SaysWhich()
    {
        Assert.Equal("The change of row 0 is 101 rows long; at most 100 can be stored.", await Refusal([.. Enumerable.Range(0, 101).Select(i => Insert($"{i}"))]));
        Assert.Equal("Column Bytes of row a is 65537 bytes long; at most 65536 can be stored.", await Refusal(Insert("a", new byte[65_537])));
        Assert.Equal($"The row key {new string('k', 40)}… is 1026 bytes long; at most 1024 can be stored.", await Refusal(Insert(new string('k', 513))));

        var wide = new TableEntity("p", "wide");
        for (var i = 0; i < 17; i++)
            wide[$"C{i}"] = new string('x', 32_000);
        Assert.StartsWith("Row wide is 1088", await Refusal(RowOperation.Insert(wide)), StringComparison.Ordinal);
        Assert.StartsWith("The change of row 0 is ", await Refusal([.. Enumerable.Range(0, 60).Select(i => Insert($"{i}", new byte[65_536]))]), StringComparison.Ordinal);
        Assert.Empty(_sender.Sent);
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    public async Task Write_AnyMixOfLosses_EveryGroupIsWrittenOnceAndWhole(int seed)
    {
        var draw = new Random(seed);
        for (var i = 0; i < 20; i++)
        {
            if (draw.Next(3) == 0)
                _sender.ThenApplyButLoseTheAnswer();
            else if (draw.Next(2) == 0)
                _sender.Then(operations => Task.FromResult(_sender.Apply(operations)));
            else
                _sender.Then(new TransactionResult.Unclear(new IOException("reset"))).Then(operations => Task.FromResult(_sender.Apply(operations)));
        }

        var writes = Enumerable.Range(0, 300).Select(i => Task.Run(() => Write(Insert($"a{i}"), Insert($"b{i}")))).ToArray();
        var all = Task.WhenAll(writes);
        while (await Task.WhenAny(all, _time.WhenArmedAsync(1)).WaitAsync(Limit) != all)
            _time.Advance(TimeSpan.FromSeconds(1));

        Assert.All(await all, outcome => Assert.True(outcome is RowGroupOutcome.Written, $"seed {seed}"));
        Assert.Equal(600, _sender.Rows.Count);
        Assert.All(_sender.Sent, rows => Assert.True(rows.Length <= 100 && rows.Length % 2 == 0, $"seed {seed}"));
    }

    private static RowOperation Insert(string rowKey) => RowOperation.Insert(new TableEntity("p", rowKey));

    private static RowOperation Insert(string rowKey, byte[] bytes) => RowOperation.Insert(new TableEntity("p", rowKey) { ["Bytes"] = bytes });

    private static RowOperation Delete(string rowKey) => RowOperation.Delete("p", rowKey);

    private Task<RowGroupOutcome> Write(params RowOperation[] operations)
    {
        var anchor = Array.FindIndex(operations, operation => operation.Kind is RowOperationKind.Insert or RowOperationKind.Merge);
        return _writer.WriteAsync(new RowGroup("T", "p", operations, Math.Max(anchor, 0)), CancellationToken.None).WaitAsync(Limit);
    }

    private async Task<string> Refusal(params RowOperation[] operations) =>
        (await Assert.ThrowsAsync<PayloadTooLargeException>(() => Write(operations))).Message;

    /// <summary>Holds the next sending until the test lets it go.</summary>
    private TaskCompletionSource Gate()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sender.Then(async operations =>
        {
            await gate.Task;
            return _sender.Apply(operations);
        });
        return gate;
    }

    private async Task PauseAsync(int milliseconds)
    {
        await _time.WhenArmedAsync(1).WaitAsync(Limit);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), _time.NextDue);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
    }
}
