using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Access;
using Orchestrator.Errors;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Functions.Tests.Access;

public sealed class ApiKeyCacheTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ManualTimeProvider _time = new(TestTasks.Start);
    private readonly MemoryApiKeys _store = new();
    private readonly ApiKeyCache _cache;

    public ApiKeyCacheTests() => _cache = new ApiKeyCache(_store, _time, NullLogger<ApiKeyCache>.Instance);

    [Fact]
    public async Task Find_ManyAtOnceAndAgain_OneRead()
    {
        var secret = _store.Create("ada", Role.Admin);

        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => _cache.FindAsync(secret, None))));
        _time.Advance(ApiKeyCache.Life - TimeSpan.FromTicks(1));
        await _cache.FindAsync(secret, None);

        Assert.All(found, key => Assert.Equal("ada", key!.Name));
        Assert.Equal(1, _store.Reads);
    }

    [Fact]
    public async Task Find_RevokedElsewhere_HeededAfterTheLifeOfWhatWasRead()
    {
        var secret = _store.Create("ada", Role.Admin);
        await _cache.FindAsync(secret, None);

        await _store.RevokeAsync(secret.Id, _time.GetUtcNow(), "local", None);

        _time.Advance(ApiKeyCache.Life - TimeSpan.FromTicks(1));
        Assert.NotNull(await _cache.FindAsync(secret, None));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await _cache.FindAsync(secret, None));
        Assert.True(ApiKeyCache.Life <= TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Find_RevokedHere_HeededAtOnce()
    {
        var secret = _store.Create("ada", Role.Admin);
        await _cache.FindAsync(secret, None);

        await _store.RevokeAsync(secret.Id, _time.GetUtcNow(), "local", None);
        _cache.Forget(secret.Id);

        Assert.Null(await _cache.FindAsync(secret, None));
    }

    [Fact]
    public async Task Find_Expired_HeededAtOnce()
    {
        var secret = _store.Create("ada", Role.Admin, TestTasks.Start.AddSeconds(1));
        Assert.NotNull(await _cache.FindAsync(secret, None));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(await _cache.FindAsync(secret, None));
    }

    [Fact]
    public async Task Find_KnownIdWithAnotherSecret_RefusedWithoutAnotherRead()
    {
        var secret = _store.Create("ada", Role.Admin);
        await _cache.FindAsync(secret, None);

        for (var i = 0; i < 500; i++)
            Assert.Null(await _cache.FindAsync(Guess(secret.Id.ToString(), i), None));

        Assert.Equal(1, _store.Reads);
    }

    [Fact]
    public async Task Find_StorageAway_KnownKeysGoOnForTheirLifeThenNobodyGetsIn()
    {
        var secret = _store.Create("ada", Role.Admin);
        await _cache.FindAsync(secret, None);
        _store.IsAway = true;

        _time.Advance(ApiKeyCache.Life - TimeSpan.FromTicks(1));
        Assert.NotNull(await _cache.FindAsync(secret, None));
        _time.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _cache.FindAsync(secret, None));

        _store.IsAway = false;
        Assert.NotNull(await _cache.FindAsync(secret, None));
    }

    [Fact]
    public async Task Find_ManyGuesses_ReachStorageSlowlyAndMemoryStaysBounded()
    {
        var known = _store.Create("ada", Role.Admin);
        await _cache.FindAsync(known, None);
        var refused = 0;

        for (var second = 0; second < 300; second++)
        {
            for (var i = 0; i < 30; i++)
                refused += await IsRefusedAsync(Guess($"{second:x8}{i:x8}", 0)) ? 1 : 0;
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // Each second 20 are looked for, and in the beginning 100 more; whoever has a key is not held up.
        Assert.InRange(_store.Reads, 300 * 20, (300 * 20) + 101);
        Assert.Equal((300 * 30) - (_store.Reads - 1), refused);
        Assert.InRange(_cache.Count, 1, ApiKeyCache.Crowded + 1);
        Assert.NotNull(await _cache.FindAsync(known, None));
    }

    [Fact]
    public async Task Find_TheSameGuessAgain_NoRead()
    {
        for (var i = 0; i < 200; i++)
            Assert.Null(await _cache.FindAsync(Guess("0123456789abcdef", i), None));

        Assert.Equal(1, _store.Reads);
    }

    [Fact]
    public async Task Find_UsedAllTheTime_WrittenDownEveryTenMinutes()
    {
        var secret = _store.Create("ada", Role.Admin);

        for (var i = 0; i < 180; i++)
        {
            await _cache.FindAsync(secret, None);
            await _cache.FindAsync(secret, None);
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal([0, 10, 20], _store.Marks.Select(mark => (mark.At - TestTasks.Start).TotalMinutes));
    }

    private async Task<bool> IsRefusedAsync(ApiKeySecret guess)
    {
        try
        {
            Assert.Null(await _cache.FindAsync(guess, None));
            return false;
        }
        catch (ProblemException refused)
        {
            Assert.Equal((429, "too_many_requests"), (refused.Problem.Status, refused.Problem.Code));
            Assert.True(refused.Problem.RetryAfter > TimeSpan.Zero);
            return true;
        }
    }

    private static ApiKeySecret Guess(string id, int secret)
    {
        Assert.True(ApiKeySecret.TryParse($"ork_{id}_{secret:D43}", out var guess));
        return guess;
    }
}
