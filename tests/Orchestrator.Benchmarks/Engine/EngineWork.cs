namespace Orchestrator.Benchmarks.Engine;

/// <summary>One row of the benchmark.</summary>
/// <param name="Title">What is done, in words.</param>
/// <param name="Orchestrator">One of <see cref="EngineFunctions"/>.</param>
/// <param name="Instances">How many instances.</param>
/// <param name="Size">Its input: how many activities.</param>
internal sealed record EngineWork(string Title, string Orchestrator, int Instances, int Size)
{
    /// <summary>Whether an instance starts only when the one before has ended.</summary>
    public bool InTurn { get; init; }

    /// <summary>Instances of warm-up before it.</summary>
    public int WarmUp { get; init; }

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
