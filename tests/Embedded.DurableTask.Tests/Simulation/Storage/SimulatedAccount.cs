using Azure.Data.Tables;

namespace Embedded.DurableTask.Tests.Simulation.Storage;

/// <summary>The tables of one hub.</summary>
internal sealed class SimulatedAccount
{
    public SimulatedAccount(Action<SimulatedTable, object?, IReadOnlyList<TableTransactionAction>> accepted)
        : this(new("owner", accepted), new("log", accepted), new("live", accepted), new("finished", accepted))
    {
    }

    private SimulatedAccount(SimulatedTable owner, SimulatedTable log, SimulatedTable live, SimulatedTable finished) =>
        (Owner, Log, Live, Finished) = (owner, log, live, finished);

    public SimulatedTable Owner { get; }

    public SimulatedTable Log { get; }

    public SimulatedTable Live { get; }

    public SimulatedTable Finished { get; }

    /// <summary>What the account holds now, for somebody to try something on.</summary>
    public SimulatedAccount Copy() => new(Owner.Copy(), Log.Copy(), Live.Copy(), Finished.Copy());
}
