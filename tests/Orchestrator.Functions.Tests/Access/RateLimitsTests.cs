using System.Net;
using Microsoft.AspNetCore.Http;
using Orchestrator.Access;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Functions.Tests.Access;

public sealed class RateLimitsTests
{
    private readonly ManualTimeProvider _time = new(TestTasks.Start);

    [Fact]
    public void Take_MoreThanThereIs_HowLongUntilThereIs()
    {
        var bucket = new TokenBucket(new Rate(PerSecond: 2, Burst: 3), _time);

        Assert.Equal([null, null, null, TimeSpan.FromSeconds(0.5)], Enumerable.Range(0, 4).Select(_ => bucket.Take()));
        _time.Advance(TimeSpan.FromSeconds(0.25));
        Assert.Equal(TimeSpan.FromSeconds(0.25), bucket.Take());
        _time.Advance(TimeSpan.FromSeconds(0.25));
        Assert.Null(bucket.Take());
        Assert.False(bucket.IsFull);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.True(bucket.IsFull);
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => bucket.Take() is null));
    }

    [Fact]
    public void Take_MoreNamesThanAreKept_BoundedAndNobodyKnownForgotten()
    {
        var buckets = new TokenBuckets(new Rate(PerSecond: 1, Burst: 2), most: 100, _time);
        for (var i = 0; i < 100; i++)
            Assert.Null(buckets.Take($"{i}"));

        // Those beyond share one.
        Assert.Equal(2, Enumerable.Range(0, 1_000).Count(i => buckets.Take($"new {i}") is null));
        Assert.Equal(100, buckets.Count);
        Assert.Null(buckets.Take("0"));
        Assert.NotNull(buckets.Take("0"));

        // Full again, they are as good as new ones, and make room.
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(buckets.Take("another"));
        Assert.Equal(1, buckets.Count);
    }

    [Fact]
    public async Task Demand_OneCallerTooOften_OnlyThatOneIsRefused()
    {
        var rig = new AccessRig(limits: new RateLimitOptions { PerSecond = 1, Burst = 2 });
        var (ada, otto) = (rig.Store.Create("ada", Role.Admin).Text, rig.Store.Create("otto", Role.Admin).Text);

        Assert.Equal("200 200 429", await StatusesAsync(rig, 3, ada));
        Assert.Equal(200, await StatusAsync(rig, otto));
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("200 429", await StatusesAsync(rig, 2, ada));
    }

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.7", null, "203.0.113.8", null, 401)]
    [InlineData("127.0.0.1", "203.0.113.7", null, "::ffff:203.0.113.7", null, 429)]
    [InlineData("127.0.0.1", "2001:db8::1", null, "2001:db8::ffff", null, 429)]
    [InlineData("127.0.0.1", "2001:db8::1", null, "2001:db8:0:1::1", null, 401)]
    [InlineData("127.0.0.1", "203.0.113.7", "198.51.100.1", "203.0.113.7", "198.51.100.2", 429)]
    [InlineData(null, "127.0.0.1", "198.51.100.1", "127.0.0.1", "198.51.100.2", 401)]
    [InlineData(null, "127.0.0.1", "198.51.100.1:5000", "127.0.0.1", "192.0.2.9, 198.51.100.1:6000", 429)]
    [InlineData(null, "127.0.0.1", "nonsense", "127.0.0.1", "other nonsense", 429)]
    public async Task Demand_RefusedKeysOfOneAddress_CountedTogether(string? listens, string first, string? firstForwarded, string second, string? secondForwarded, int status)
    {
        var rig = new AccessRig(new AccessOptions { RequireKeys = true }, listens, new RateLimitOptions { AnonymousPerSecond = 1, AnonymousBurst = 2 });

        Assert.Equal(401, await StatusAsync(rig, "bad", first, firstForwarded));
        Assert.Equal(401, await StatusAsync(rig, null, first, firstForwarded));
        Assert.Equal(status, await StatusAsync(rig, "bad", second, secondForwarded));
    }

    [Fact]
    public async Task Demand_GuessedKeysOfOneAddress_OnlyThatAddressIsRefused()
    {
        var rig = new AccessRig(limits: new RateLimitOptions { AnonymousPerSecond = 10, AnonymousBurst = 50 });
        var random = new SystemRandomSource();
        var statuses = new List<int>();
        for (var i = 0; i < 500; i++)
            statuses.Add(await StatusAsync(rig, ApiKeySecret.New(random).Text, "198.51.100.1"));

        Assert.Equal((50, 450), (statuses.Count(status => status == 401), statuses.Count(status => status == 429)));
        Assert.Equal(50, rig.Store.Reads);
        for (var i = 0; i < 40; i++)
            Assert.Equal(200, await StatusAsync(rig, rig.Store.Create($"{i}", Role.Admin).Text));
    }

    [Fact]
    public async Task Demand_GuessedKeysOfManyAddresses_ANewKeyGetsInAtOnce()
    {
        var rig = new AccessRig();
        var random = new SystemRandomSource();
        for (var i = 0; i < 2_000; i++)
            Assert.Equal(401, await StatusAsync(rig, ApiKeySecret.New(random).Text, $"198.51.{i / 200}.{i % 200}"));

        var (_, secret) = await rig.Keys.CreateAsync(new NewApiKey("ada", Role.Admin, null), "local", CancellationToken.None);

        Assert.Equal(200, await StatusAsync(rig, secret.Text));
        Assert.InRange(rig.Store.Reads, 1, ApiKeyCache.LookUps.Burst + 1);
    }

    [Fact]
    public async Task Demand_GoodKeysNotKnownYetOfOneAddress_NotCountedAgainstIt()
    {
        var rig = new AccessRig(limits: new RateLimitOptions { AnonymousPerSecond = 1, AnonymousBurst = 1 });

        for (var i = 0; i < 50; i++)
            Assert.Equal(200, await StatusAsync(rig, rig.Store.Create($"{i}", Role.Admin).Text));
        Assert.Equal(401, await StatusAsync(rig, "bad"));
        Assert.Equal(429, await StatusAsync(rig, "bad"));
    }

    [Fact]
    public async Task Demand_OpenRouteTooOften_Refused()
    {
        var rig = new AccessRig(limits: new RateLimitOptions { AnonymousPerSecond = 1, AnonymousBurst = 1 });

        Assert.Equal(200, await StatusAsync(rig, null, function: "GetHealth"));
        Assert.Equal(429, await StatusAsync(rig, null, function: "GetHealth"));
    }

    private static async Task<string> StatusesAsync(AccessRig rig, int times, string key)
    {
        var statuses = new List<int>();
        for (var i = 0; i < times; i++)
            statuses.Add(await StatusAsync(rig, key));
        return string.Join(' ', statuses);
    }

    private static async Task<int> StatusAsync(AccessRig rig, string? key, string address = "203.0.113.7", string? forwarded = null, string function = "CancelTask")
    {
        var request = AccessRig.Request(IPAddress.Parse(address).ToString(), "app.example", key);
        if (forwarded is not null)
            request.Headers["X-Forwarded-For"] = forwarded;
        try
        {
            await rig.Policy.DemandAsync(function, request, CancellationToken.None);
            return 200;
        }
        catch (ProblemException refused)
        {
            Assert.Equal(refused.Problem.Status == StatusCodes.Status429TooManyRequests, refused.Problem.RetryAfter > TimeSpan.Zero);
            return refused.Problem.Status;
        }
    }
}
