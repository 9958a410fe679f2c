namespace Orchestrator.Functions.Tests.Apps;

/// <summary>Has its tests run beside no others.</summary>
[CollectionDefinition(nameof(WholeAppInsightsTests), DisableParallelization = true)]
public sealed class WholeAppInsightsCollection;
