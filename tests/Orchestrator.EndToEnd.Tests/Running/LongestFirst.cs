using Orchestrator.EndToEnd.Tests.Bulk;
using Orchestrator.EndToEnd.Tests.Configuration;
using Orchestrator.EndToEnd.Tests.Crashes;
using Orchestrator.EndToEnd.Tests.DeadLetters;
using Orchestrator.EndToEnd.Tests.Deployment;
using Orchestrator.EndToEnd.Tests.Faults;
using Orchestrator.EndToEnd.Tests.Http;
using Orchestrator.EndToEnd.Tests.Limits;
using Orchestrator.EndToEnd.Tests.Ownership;
using Orchestrator.EndToEnd.Tests.Retention;
using Orchestrator.EndToEnd.Tests.Verification;
using Orchestrator.EndToEnd.Tests.Versions;
using Xunit.Abstractions;

namespace Orchestrator.EndToEnd.Tests.Running;

/// <summary>Begins with the classes that take longest, so that at the end none of them runs on alone.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>Those of more than some 20 s, in this order, in which those that keep the processor busy have those beside them that mostly wait; the others in any.</summary>
    private static readonly string[] _long =
    [
        .. new[]
        {
            typeof(ConcurrencyTests), typeof(HubSwitchTests), typeof(CrowdTests), typeof(FaultyStorageTests), typeof(RetentionTests), typeof(RandomCrashTests), typeof(ChainCrashTests),
            typeof(CallbackTests), typeof(CrashTests), typeof(LimitCrashTests), typeof(SlowStorageTests), typeof(HubOwnerTests), typeof(BulkCrashTests), typeof(SmokeTestTests), typeof(ConfigTests),
            typeof(StorageVerifyTests), typeof(PoisonTests),
        }.Select(type => type.FullName!),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections.OrderBy(PlaceOf);

    /// <summary>The collection of a class is called "Test collection for" and the class's name, behind which stands the platform's mode where it is nested.</summary>
    private static int PlaceOf(ITestCollection collection)
    {
        var name = collection.DisplayName.Split(' ')[^1].Split('+')[0];
        var place = Array.IndexOf(_long, name);
        return place < 0 ? _long.Length : place;
    }
}
