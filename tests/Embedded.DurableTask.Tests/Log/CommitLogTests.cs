using System.Text;
using Embedded.DurableTask.Log;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Log;

public sealed class CommitLogTests
{
    private readonly FaultyLogStore _store = new();
    private readonly ManualTimeProvider _time = new();
    private int _writes;

    [Fact]
    public async Task Append_TwoGroups_StandAtConsecutivePositions()
    {
        var log = NewLog(epoch: 3);

        await log.AppendAsync(Bytes("one"), default);
        await log.AppendAsync(Bytes("two"), default);

        Assert.Equal([(new LogPosition(3, 0), "one"), (new LogPosition(3, 1), "two")], _store.Rows.Select(r => (r.At, Encoding.UTF8.GetString(r.Bytes.Span))));
        Assert.Equal(new LogPosition(3, 2), log.Next);
    }

    [Fact]
    public async Task Append_AppliedButReportedAsFailed_IsASuccessAndNotWrittenTwice()
    {
        _store.Faults.Enqueue(Fault.AppliedThenLost);
        var log = NewLog();

        await log.AppendAsync(Bytes("one"), default);
        await log.AppendAsync(Bytes("two"), default);

        Assert.Equal(2, _store.Rows.Count);
        Assert.Equal(2, _store.Insertions);
    }

    [Fact]
    public async Task Append_Lost_IsTriedAgainAtTheSamePosition()
    {
        _store.Faults.Enqueue(Fault.Lost);
        _store.Faults.Enqueue(Fault.Lost);
        var append = NewLog().AppendAsync(Bytes("one"), default);

        while (!append.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await append;
        Assert.Equal((new LogPosition(1, 0), "w1"), Assert.Single(_store.Rows.Select(r => (r.At, r.WriteId))));
        Assert.Equal(3, _store.Insertions);
    }

    [Fact]
    public async Task Append_PositionSealedByAnother_LosesTheHub()
    {
        var log = NewLog();
        await log.AppendAsync(Bytes("one"), default);
        _store.Put(LogRow.Seal(new LogPosition(1, 1), "other"));

        var lost = await Assert.ThrowsAsync<HubLostException>(() => log.AppendAsync(Bytes("two"), default));

        Assert.Equal("Another process has taken the task hub over: epoch 1 was sealed at 1.", lost.Message);
        Assert.Equal(2, _store.Rows.Count);
    }

    [Fact]
    public async Task Append_LostAndSealedMeanwhile_LosesTheHub()
    {
        _store.Faults.Enqueue(Fault.Lost);
        _store.BeforeInsert = _ => _store.Put(LogRow.Seal(new LogPosition(1, 0), "other"));

        await Assert.ThrowsAsync<HubLostException>(() => NewLog().AppendAsync(Bytes("one"), default));
    }

    [Fact]
    public async Task Append_LargerThanARow_IsWrittenInPartsAndReadAsOneGroup()
    {
        var bytes = new byte[BinaryColumns.Capacity * 2 + 5];
        new Random(7).NextBytes(bytes);

        Assert.Equal(3, await NewLog().AppendAsync(bytes, default));

        Assert.Equal([false, false, true], _store.Rows.Select(r => r.IsLast));
        Assert.Equal(bytes, Assert.Single(await SealAsync(new LogPosition(1, 0))).Group);
    }

    [Fact]
    public async Task Seal_AnEpochWithGroups_ReadsThemAndClosesIt()
    {
        var log = NewLog();
        await log.AppendAsync(Bytes("one"), default);
        await log.AppendAsync(Bytes("two"), default);

        var groups = await SealAsync(new LogPosition(1, 0));

        Assert.Equal([("one", new LogPosition(1, 1)), ("two", new LogPosition(1, 2))], groups.Select(g => (Encoding.UTF8.GetString(g.Group), g.End)));
        await Assert.ThrowsAsync<HubLostException>(() => log.AppendAsync(Bytes("late"), default));
    }

    [Fact]
    public async Task Seal_WhileTheOldOwnerStillWrites_MovesUpBehindIt()
    {
        var log = NewLog();
        await log.AppendAsync(Bytes("one"), default);
        var late = 3;
        _store.BeforeInsert = row =>
        {
            if (row.IsSeal && late-- > 0)
            {
                log.AppendAsync(Bytes($"late{late}"), default).GetAwaiter().GetResult();
            }
        };

        var groups = await SealAsync(new LogPosition(1, 0));

        Assert.Equal(["one", "late2", "late1", "late0"], groups.Select(g => Encoding.UTF8.GetString(g.Group)));
        Assert.True(_store.Rows.Last().IsSeal);
    }

    [Fact]
    public async Task Seal_AppliedButReportedAsFailed_Holds()
    {
        _store.Faults.Enqueue(Fault.AppliedThenLost);

        await SealAsync(new LogPosition(1, 0));

        Assert.True(Assert.Single(_store.Rows).IsSeal);
        Assert.Equal(1, _store.Insertions);
    }

    [Fact]
    public async Task Seal_Lost_IsTriedAgainAfterAPause()
    {
        _store.Faults.Enqueue(Fault.Lost);
        var sealing = SealAsync(new LogPosition(1, 0));

        await _time.WhenArmedAsync(1).WithinLimitAsync("it waits for its next try");
        Assert.Equal(1, _store.Insertions);
        _time.Advance(TimeSpan.FromSeconds(1));

        await sealing.WithinLimitAsync("the seal holds");
        Assert.True(Assert.Single(_store.Rows).IsSeal);
    }

    [Fact]
    public async Task Seal_Twice_ReadsTheSameAgain()
    {
        await NewLog().AppendAsync(Bytes("one"), default);

        await SealAsync(new LogPosition(1, 0));

        Assert.Equal("one", Encoding.UTF8.GetString(Assert.Single(await SealAsync(new LogPosition(1, 0))).Group));
        Assert.Single(_store.Rows, r => r.IsSeal);
    }

    [Fact]
    public async Task Seal_AGroupWhoseLastRowNeverCame_LeavesItOut()
    {
        await NewLog().AppendAsync(Bytes("one"), default);
        _store.Put(new LogRow(new LogPosition(1, 1), "w", IsSeal: false, IsLast: false, Bytes("torn")));

        Assert.Equal("one", Encoding.UTF8.GetString(Assert.Single(await SealAsync(new LogPosition(1, 0))).Group));
    }

    [Fact]
    public async Task Seal_ALogWithAGap_SaysThatStorageLostData()
    {
        _store.Put(new LogRow(new LogPosition(1, 1), "w", IsSeal: false, IsLast: true, Bytes("two")));

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => SealAsync(new LogPosition(1, 0)));

        Assert.Equal("The commit log lacks row 0 of epoch 1; row 1 follows. The storage has lost data.", fault.Message);
    }

    [Fact]
    public async Task Cut_RemovesRowsBeforeAPositionButNoSeal()
    {
        var log = NewLog();
        await log.AppendAsync(Bytes("one"), default);
        await SealAsync(new LogPosition(1, 0));

        await _store.CutAsync(new LogPosition(1, LogPosition.End), default);

        Assert.True(Assert.Single(_store.Rows).IsSeal);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private CommitLog NewLog(long epoch = 1) => new(_store, epoch, _time, () => $"w{++_writes}", NullLogger.Instance);

    private async Task<List<(byte[] Group, LogPosition End)>> SealAsync(LogPosition from)
    {
        var groups = new List<(byte[], LogPosition)>();
        await new LogFence(_store, () => $"s{++_writes}", _time).SealAsync(from, (group, end) => groups.Add((group.ToArray(), end)), default);
        return groups;
    }
}
