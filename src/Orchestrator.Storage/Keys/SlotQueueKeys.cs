using System.Globalization;
using Azure.Data.Tables;
using Orchestrator.Limits;

namespace Orchestrator.Storage.Keys;

/// <summary>Keys of the queues of limiters: a partition for each limiter, a row for each task that waits, in the order in which they get slots.</summary>
internal static class SlotQueueKeys
{
    public const string Table = "TaskQueues";

    private const string Ticket = "Ticket";

    public static string Partition(string limiter) => KeyText.Encode(limiter);

    public static string Row(SlotWaiter waiter) => string.Create(CultureInfo.InvariantCulture, $"{waiter.Rank:D19}!{waiter.Task}");

    public static TableEntity Write(string limiter, SlotWaiter waiter) => new(Partition(limiter), Row(waiter)) { ["Schema"] = 1, [Ticket] = waiter.Ticket };

    public static SlotWaiter Read(TableEntity row) =>
        new(row.RowKey[20..], row.GetInt64(Ticket) ?? 0, long.Parse(row.RowKey.AsSpan(0, 19), CultureInfo.InvariantCulture), HasRow: true);
}
