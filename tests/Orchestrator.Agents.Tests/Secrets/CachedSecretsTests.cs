using Orchestrator.Agents.Secrets;
using Orchestrator.Secrets;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Agents.Tests.Secrets;

public sealed class CachedSecretsTests
{
    private readonly ManualTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly MemorySecrets _vault = new() { ["a"] = "one" };
    private readonly CachedSecrets _secrets;

    public CachedSecretsTests() => _secrets = new CachedSecrets(_vault, TimeSpan.FromMinutes(5), _time);

    [Fact]
    public async Task Find_WithinTheTime_AsksOnceAndThenAnew()
    {
        Assert.Equal("one", await FindAsync("a"));
        _vault["a"] = "two";
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Equal("one", await FindAsync("A"));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("two", await FindAsync("a"));

        Assert.Equal(["a", "a"], _vault.Asked);
    }

    [Fact]
    public async Task Find_NotThere_IsAskedForAgain()
    {
        Assert.Null(await FindAsync("b"));
        _vault["b"] = "now";

        Assert.Equal("now", await FindAsync("b"));
    }

    [Fact]
    public async Task Find_VaultAway_FailsAndIsAskedAgain()
    {
        _vault.Failure = new SecretUnavailableException("a", "it is away");
        await Assert.ThrowsAsync<SecretUnavailableException>(() => FindAsync("a"));
        _vault.Failure = null;

        Assert.Equal("one", await FindAsync("a"));
    }

    [Fact]
    public async Task Find_ManyAtOnce_AskOnceAndOneWhoGivesUpIsAlone()
    {
        var slow = new Slow();
        var secrets = new CachedSecrets(slow, TimeSpan.FromMinutes(5), _time);
        using var giveUp = new CancellationTokenSource();
        var impatient = secrets.FindAsync("a", giveUp.Token).AsTask();
        var patient = Enumerable.Range(0, 20).Select(_ => secrets.FindAsync("a", CancellationToken.None).AsTask()).ToList();

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        slow.Answer.SetResult("late");

        Assert.All(await Task.WhenAll(patient), secret => Assert.Equal("late", secret));
        Assert.Equal(1, slow.Asked);
    }

    private Task<string?> FindAsync(string name) => _secrets.FindAsync(name, CancellationToken.None).AsTask();

    private sealed class Slow : ISecretSource
    {
        public TaskCompletionSource<string?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Asked { get; private set; }

        public ValueTask<string?> FindAsync(string name, CancellationToken cancellationToken)
        {
            Asked++;
            return new ValueTask<string?>(Answer.Task);
        }
    }
}
