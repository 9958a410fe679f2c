namespace Orchestrator.Benchmarks.Engine;

/// <summary>One row of the benchmark.</summary>
/// <param name="Title">What is done, in words.</param>
/// <param name="Work">What is done.</param>
/// <param name="WarmUp">Instances of warm-up before it.</param>
internal sealed record EngineRow(string Title, EngineWork Work, int WarmUp)
{
    /// <summary>The figure that counts, made of the whole time in milliseconds and the instances' own.</summary>
    public required Func<double, IReadOnlyList<double>, double> Figure { get; init; }

    public required string Unit { get; init; }

    /// <summary>What others do, what is needed and what is aimed at, in the same unit.</summary>
    public required EngineReference Reference { get; init; }
}

/// <summary>
/// The figures to hold against, measured on two cores with the same Azurite: the real Functions host (4.1045, Durable extension
/// 3.14.1), the storage-queue engine alone (DurableTask.AzureStorage 2.9.1), the in-memory test host.
/// </summary>
internal sealed record EngineReference(string Host, string StorageQueues, string InMemory, string Must, string Aim);
