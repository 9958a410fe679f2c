namespace Orchestrator.Benchmarks.Counting;

/// <summary>Calls of the table service: reads, and writes with the rows they wrote. A transaction is one write.</summary>
/// <param name="Bytes">Of the requests' bodies.</param>
internal sealed record CallCount(long Reads, long Writes, long Rows, long Bytes);

/// <summary>Who asked what of table storage.</summary>
/// <param name="App">The app's own tables.</param>
/// <param name="Engine">The tables of the task hub.</param>
/// <param name="Other">Calls about tables themselves, and the host's own.</param>
internal sealed record StorageCount(CallCount App, CallCount Engine, long Other)
{
    public static StorageCount None { get; } = new(new CallCount(0, 0, 0, 0), new CallCount(0, 0, 0, 0), 0);
}
