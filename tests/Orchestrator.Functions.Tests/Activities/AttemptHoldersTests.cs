using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Tests.Fakes;

namespace Orchestrator.Functions.Tests.Activities;

public sealed class AttemptHoldersTests
{
    private readonly AttemptHolders _holders = new(ProcessIdentity.Current, "r1");

    [Fact]
    public void HasEnded_AtWorkHere_False()
    {
        using var holder = _holders.Begin(TestTasks.Id(1));

        Assert.False(_holders.HasEnded(holder.Name));
    }

    [Fact]
    public void HasEnded_DoneHere_True()
    {
        var holder = _holders.Begin(TestTasks.Id(1));
        holder.Dispose();

        Assert.True(_holders.HasEnded(holder.Name));
    }

    [Fact]
    public void HasEnded_OtherRegistryOfThisProcess_CannotBeTold()
    {
        var other = new AttemptHolders(ProcessIdentity.Current, "r2");

        Assert.False(_holders.HasEnded(other.Begin(TestTasks.Id(1)).Name));
    }

    [Fact]
    public void HasEnded_ProcessThatIsGone_True()
    {
        var gone = new AttemptHolders(ProcessIdentity.Current with { ProcessId = int.MaxValue }, "r2");

        Assert.True(_holders.HasEnded(gone.Begin(TestTasks.Id(1)).Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("#")]
    [InlineData("somebody")]
    public void HasEnded_NameOfAnotherKind_CannotBeTold(string name) => Assert.False(_holders.HasEnded(name));

    [Fact]
    public void Stop_OneTask_ReachesItsHoldersOnly()
    {
        using var first = _holders.Begin(TestTasks.Id(1));
        using var second = _holders.Begin(TestTasks.Id(1));
        using var other = _holders.Begin(TestTasks.Id(2));

        _holders.Stop(TestTasks.Id(1));

        Assert.True(first.Stopped.IsCancellationRequested);
        Assert.True(second.Stopped.IsCancellationRequested);
        Assert.False(other.Stopped.IsCancellationRequested);
    }

    [Fact]
    public void Stop_HolderThatIsDone_Nothing()
    {
        var holder = _holders.Begin(TestTasks.Id(1));
        holder.Dispose();

        holder.Stop();
        _holders.Stop(TestTasks.Id(1));
    }
}
