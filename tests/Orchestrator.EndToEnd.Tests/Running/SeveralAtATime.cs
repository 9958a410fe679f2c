using Orchestrator.EndToEnd.Tests.Running;

// Each test has processes of its own, and most of its time it waits: for a timer of the app, for a lease to run out, for a message to come again.
// With more classes side by side than these, they would only wait for each other.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer("Orchestrator.EndToEnd.Tests.Running." + nameof(LongestFirst), "Orchestrator.EndToEnd.Tests")]
