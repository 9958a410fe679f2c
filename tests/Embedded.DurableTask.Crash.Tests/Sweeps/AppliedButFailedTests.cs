using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Xunit.Abstractions;

namespace Embedded.DurableTask.Crash.Tests.Sweeps;

/// <summary>Writes that storage applies and reports as failed.</summary>
public sealed partial class AppliedButFailedTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    private static readonly StorageFault _fault = new StorageFault.ApplyThenAnswer(500);

    [Fact]
    public async Task Steps_OneWriteReportedAsFailed_EndAsInACleanRun()
    {
        var writes = (await Sweep.CleanAsync(azurite)).Count(call => call.IsWrite);
        Assert.InRange(writes, 30, 150);

        var failures = await Sweep.RunAsync(
            azurite, Enumerable.Range(1, writes), (_, write) => new FaultRule(_fault) { Where = call => call.IsWrite, First = write, Times = 1 });

        output.WriteLine($"{failures} failures in lives of {writes} writes");
        Assert.InRange(failures, writes / 8, writes);
    }

    [Fact]
    public async Task Steps_EveryWriteReportedAsFailedOnce_EndAsInACleanRun()
    {
        var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        FaultRule? rule = null;

        await Sweep.LiveWithAsync(azurite, _ => rule = new FaultRule(_fault) { Where = call => call.IsWrite && seen.TryAdd(Identity(call), true) }, "every write, applied but failed,");

        output.WriteLine($"{rule!.Fired} failures");
        Assert.InRange(rule.Fired, 30, 150);
    }

    /// <summary>The same for another try of the same write: the boundaries within a transaction are new each time.</summary>
    private static string Identity(StorageCall call) => $"{call.Method} {call.Target} {Boundary().Replace(Encoding.UTF8.GetString(call.Body.Span), "")}";

    [GeneratedRegex("(batch|changeset)_[0-9a-f-]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Boundary();
}
