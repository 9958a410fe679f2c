using Orchestrator.History;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Storage.Tests.DeadLetters;

public sealed class TableDeadLetterStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Add_DeadLetters_AreListedLastArrivedFirst()
    {
        await using var store = await Store.StartAsync(azurite);
        var first = Letter("1", Now) with { Faults = [new Fault("/type", "It is missing.")], DeliveryCount = 5 };
        var second = Letter("2/ü", Now.AddSeconds(1)) with { Body = "" };

        Assert.True(await store.DeadLetters.AddAsync(first, CancellationToken.None));
        Assert.True(await store.DeadLetters.AddAsync(second, CancellationToken.None));
        Assert.True(await store.DeadLetters.AddAsync(Letter("1", Now) with { Source = "queue:other" }, CancellationToken.None));

        var listed = await store.DeadLetters.ListAsync("queue:tasks", 10, CancellationToken.None);
        Assert.Equivalent(new[] { second, first }, listed, strict: true);
        Assert.Equal(["2/ü"], (await store.DeadLetters.ListAsync("queue:tasks", 1, CancellationToken.None)).Select(letter => letter.Id));
        Assert.Empty(await store.DeadLetters.ListAsync("queue:none", 10, CancellationToken.None));
    }

    [Fact]
    public async Task Add_TheSameAgain_IsOneDeadLetter()
    {
        await using var store = await Store.StartAsync(azurite);
        await store.DeadLetters.AddAsync(Letter("1", Now), CancellationToken.None);

        Assert.False(await store.DeadLetters.AddAsync(Letter("1", Now) with { DeadAt = Now.AddDays(1) }, CancellationToken.None));
        Assert.Single(await store.DeadLetters.ListAsync("queue:tasks", 10, CancellationToken.None));
    }

    [Theory]
    [InlineData(65_536, 65_536)]
    [InlineData(131_072, 131_072)]
    [InlineData(131_073, 131_072)]
    public async Task Add_LongBody_IsKeptUpToTheLimit(int length, int kept)
    {
        await using var store = await Store.StartAsync(azurite);
        var body = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
        await store.DeadLetters.AddAsync(Letter("1", Now) with { Body = body, Reason = new string('r', 5_000), Faults = [.. Enumerable.Range(0, 500).Select(i => new Fault($"/{i}", new string('f', 200)))] }, CancellationToken.None);

        var letter = Assert.Single(await store.DeadLetters.ListAsync("queue:tasks", 10, CancellationToken.None));
        Assert.Equal((body[..kept], 4_000, 25), (letter.Body, letter.Reason.Length, letter.Faults.Count));
    }

    private static DeadLetter Letter(string id, DateTimeOffset arrivedAt) => new()
    {
        Source = "queue:tasks",
        Id = id,
        ArrivedAt = arrivedAt,
        DeadAt = arrivedAt.AddSeconds(2),
        Code = "invalid_task",
        Reason = "It is no task.",
        Body = "{\"a\":1}",
    };
}
