using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Access;
using Orchestrator.Errors;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Functions.Tests.Access;

public sealed class ApiKeyCacheTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ManualTimeProvider _time = new(TestTasks.Start);
    private readonly MemoryApiKeys _store = new();
    private readonly ApiKeyCache _cache;
    private long _guesses = 1L << 40;

    public ApiKeyCacheTests() => _cache = new ApiKeyCache(_store, _time, NullLogger<ApiKeyCache>.Instance);

    [Fact]
    public async Task Find_ManyAtOnceAndAgain_OneRead()
    {
        var secret = _store.Create("ada", Role.Admin);

        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => FindAsync(secret))));
        _time.Advance(ApiKeyCache.Life - TimeSpan.FromTicks(1));
        await FindAsync(secret);

        Assert.All(found, key => Assert.Equal("ada", key!.Name));
        Assert.Equal(1, _store.Reads);
    }

    [Fact]
    public async Task Find_RevokedElsewhere_HeededAfterTheLifeOfWhatWasRead()
    {
        var secret = _store.Create("ada", Role.Admin);
        await FindAsync(secret);

        await _store.RevokeAsync(secret.Id, _time.GetUtcNow(), "local", None);

        _time.Advance(ApiKeyCache.Life - TimeSpan.FromTicks(1));
        Assert.NotNull(await FindAsync(secret));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await FindAsync(secret));
        Assert.True(ApiKeyCache.Life <= TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Find_RevokedHere_HeededAtOnce()
    {
        var secret = _store.Create("ada", Role.Admin);
        await FindAsync(secret);

        await _store.RevokeAsync(secret.Id, _time.GetUtcNow(), "local", None);
        _cache.Forget(secret.Id);

        Assert.Null(await FindAsync(secret));
    }

    [Fact]
    public async Task Find_Expired_HeededAtOnce()
    {
        var secret = _store.Create("ada", Role.Admin, TestTasks.Start.AddSeconds(1));
        Assert.NotNull(await FindAsync(secret));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(await FindAsync(secret));
    }

    [Fact]
    public async Task Find_KnownIdWithAnotherSecret_RefusedWithoutAnotherRead()
    {
        var secret = _store.Create("ada", Role.Admin);
        await FindAsync(secret);

        for (var i = 0; i < 500; i++)
            Assert.Null(await FindAsync(Guess(secret.Id.ToString(), i)));

        Assert.Equal(1, _store.Reads);
    }

    [Fact]
    public async Task Find_StorageAway_KnownKeysGoOnForTheirLifeThenNobodyGetsIn()
    {
        var secret = _store.Create("ada", Role.Admin);
        await FindAsync(secret);
        _store.IsAway = true;

        _time.Advance(ApiKeyCache.Life - TimeSpan.FromTicks(1));
        Assert.NotNull(await FindAsync(secret));
        _time.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => FindAsync(secret));

        _store.IsAway = false;
        Assert.NotNull(await FindAsync(secret));
    }

    [Fact]
    public async Task Find_ManyGuesses_ReachStorageSlowlyAndMemoryStaysBounded()
    {
        var known = _store.Create("ada", Role.Admin);
        await FindAsync(known);

        for (var second = 0; second < 300; second++)
        {
            for (var i = 0; i < 30; i++)
                Assert.Null(await FindAsync(Guess($"{second:x8}{i:x8}", 0)));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // Each second 20 are looked for, and in the beginning 100 more; of the others the list says that there are none.
        Assert.InRange(_store.Reads, 300 * 20, (300 * 20) + 101);
        Assert.InRange(_store.Lists, 290, 300);
        Assert.InRange(_cache.Count, 1, ApiKeyCache.Crowded + 1);
        Assert.NotNull(await FindAsync(known));
    }

    [Fact]
    public async Task Find_KeyNotAskedForYetWhileOthersAreGuessed_Found()
    {
        await GuessAsync(10_000);
        Assert.Equal((ApiKeyCache.LookUps.Burst, 1), (_store.Reads, _store.Lists));

        _time.Advance(ApiKeyCache.ListLife);
        var secret = _store.Create("ada", Role.Admin);
        await GuessAsync(10_000);

        Assert.Equal("ada", (await FindAsync(secret))!.Name);
        Assert.Equal(2, _store.Lists);
    }

    [Fact]
    public async Task Find_CreatedHereWhileOthersAreGuessed_FoundAtOnce()
    {
        await GuessAsync(10_000);
        var secret = _store.Create("ada", Role.Admin);
        _cache.Expect(secret.Id);

        Assert.Equal("ada", (await FindAsync(secret))!.Name);
    }

    [Fact]
    public async Task Find_KeyNotUsedForLongWhileOthersAreGuessed_NeverForgotten()
    {
        var secret = _store.Create("ada", Role.Admin);
        await FindAsync(secret);
        for (var second = 0; second < 200; second++)
        {
            await GuessAsync(40);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await GuessAsync(200);
        var isUnknown = false;

        Assert.NotNull(await _cache.FindAsync(secret, () => isUnknown = true, None));
        Assert.False(isUnknown);
    }

    [Fact]
    public async Task Find_KeyThatHasEndedWhileOthersAreGuessed_ForgottenInTime()
    {
        await FindAsync(_store.Create("ada", Role.Admin, TestTasks.Start.AddSeconds(1)));
        var (ended, isUnknown) = (_store.Create("otto", Role.Admin, TestTasks.Start.AddSeconds(1)), false);
        await FindAsync(ended);
        for (var second = 0; second < 200; second++)
        {
            await GuessAsync(40);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Null(await _cache.FindAsync(ended, () => isUnknown = true, None));
        Assert.True(isUnknown);
    }

    [Fact]
    public async Task Find_RefusedBeforeTheLookUp_StorageIsNotAsked()
    {
        var secret = _store.Create("ada", Role.Admin);

        await Assert.ThrowsAsync<InvalidOperationException>(() => _cache.FindAsync(secret, () => throw new InvalidOperationException(), None));

        Assert.Equal((0, 0, 0), (_store.Reads, _store.Lists, _cache.Count));
    }

    [Fact]
    public async Task Find_ListCannotBeRead_SaidSoAndTriedAgainASecondLater()
    {
        await GuessAsync(1_000);
        var secret = _store.Create("ada", Role.Admin);
        _time.Advance(ApiKeyCache.ListLife);
        _store.IsAway = true;
        for (var i = 0; i < ApiKeyCache.LookUps.PerSecond; i++)
            await Assert.ThrowsAsync<StorageUnavailableException>(() => FindAsync(Guess($"{i:x16}", 0)));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => FindAsync(secret));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => FindAsync(secret));
        Assert.Equal(2, _store.Lists);

        _store.IsAway = false;
        _time.Advance(ApiKeyCache.ListLife);

        Assert.NotNull(await FindAsync(secret));
    }

    [Fact]
    public async Task Find_KnownKeyAfterStorageWasAway_NotTakenForAGuess()
    {
        var (secret, isUnknown) = (_store.Create("ada", Role.Admin), false);
        await FindAsync(secret);
        _store.IsAway = true;
        _time.Advance(ApiKeyCache.Life);
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<StorageUnavailableException>(() => _cache.FindAsync(secret, () => isUnknown = true, None));

        _store.IsAway = false;

        Assert.NotNull(await _cache.FindAsync(secret, () => isUnknown = true, None));
        Assert.False(isUnknown);
    }

    [Fact]
    public async Task Find_TheSameGuessAgain_NoRead()
    {
        for (var i = 0; i < 200; i++)
            Assert.Null(await FindAsync(Guess("0123456789abcdef", i)));

        Assert.Equal(1, _store.Reads);
    }

    [Fact]
    public async Task Find_UsedAllTheTime_WrittenDownEveryTenMinutes()
    {
        var secret = _store.Create("ada", Role.Admin);

        for (var i = 0; i < 180; i++)
        {
            await FindAsync(secret);
            await FindAsync(secret);
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal([0, 10, 20], _store.Marks.Select(mark => (mark.At - TestTasks.Start).TotalMinutes));
    }

    private Task<ApiKey?> FindAsync(ApiKeySecret secret) => _cache.FindAsync(secret, () => { }, None);

    private async Task GuessAsync(int times)
    {
        for (var i = 0; i < times; i++)
            Assert.Null(await FindAsync(Guess($"{_guesses++:x16}", 0)));
    }

    private static ApiKeySecret Guess(string id, int secret)
    {
        Assert.True(ApiKeySecret.TryParse($"ork_{id}_{secret:D43}", out var guess));
        return guess;
    }
}
