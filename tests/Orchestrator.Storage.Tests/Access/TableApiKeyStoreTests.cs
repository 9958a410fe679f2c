using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Access;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Storage.Tests.Access;

public sealed class TableApiKeyStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Add_Keys_AreReadAndListedWithoutTheirSecrets()
    {
        await using var store = await Store.StartAsync(azurite);
        var keys = store.Services.GetRequiredService<IApiKeyStore>();
        var (first, secret) = New("first", Role.Viewer);
        var second = New("second", Role.Admin).Key with { CreatedAt = Now.AddHours(1), ExpiresAt = Now.AddDays(1) };

        Assert.True(await keys.AddAsync(first, secret.Hash, None));
        Assert.False(await keys.AddAsync(first, secret.Hash, None));
        Assert.True(await keys.AddAsync(second, new byte[32], None));

        Assert.Equal([second, first], await keys.ListAsync(None));
        var read = await keys.GetAsync(first.Id, None);
        Assert.Equal(first, read!.Key);
        Assert.True(secret.Matches(read.Hash.Span));
        Assert.Null(await keys.GetAsync(ApiKeyId.Parse("0000000000000000"), None));
        await foreach (var row in store.Table("ApiKeys").QueryAsync<TableEntity>(filter: (string?)null))
            Assert.DoesNotContain(secret.Text[^20..], string.Join(' ', row.Select(column => column.Value)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_Twice_IsRevokedOnceByWhoeverWasFirst()
    {
        await using var store = await Store.StartAsync(azurite);
        var keys = store.Services.GetRequiredService<IApiKeyStore>();
        var (key, secret) = New("ada", Role.Admin);
        await keys.AddAsync(key, secret.Hash, None);
        var revoked = key with { RevokedAt = Now.AddHours(1), RevokedBy = "local" };

        Assert.Equal(revoked, await keys.RevokeAsync(key.Id, Now.AddHours(1), "local", None));
        Assert.Equal(revoked, await keys.RevokeAsync(key.Id, Now.AddHours(2), "key:other", None));

        Assert.Equal(revoked, (await keys.GetAsync(key.Id, None))!.Key);
        Assert.False(revoked.IsUsable(Now));
        Assert.Null(await keys.RevokeAsync(ApiKeyId.Parse("0000000000000000"), Now, "local", None));
    }

    [Fact]
    public async Task MarkUsed_KeyRevokedMeanwhile_StaysRevoked()
    {
        await using var store = await Store.StartAsync(azurite);
        var keys = store.Services.GetRequiredService<IApiKeyStore>();
        var (key, secret) = New("ada", Role.Admin);
        await keys.AddAsync(key, secret.Hash, None);
        var read = (await keys.GetAsync(key.Id, None))!;

        await keys.MarkUsedAsync(read, Now.AddMinutes(1), None);
        Assert.Equal(Now.AddMinutes(1), (await keys.GetAsync(key.Id, None))!.Key.LastUsedAt);
        await keys.RevokeAsync(key.Id, Now.AddHours(1), "local", None);
        await keys.MarkUsedAsync(read, Now.AddHours(2), None);

        Assert.Equal(key with { LastUsedAt = Now.AddMinutes(1), RevokedAt = Now.AddHours(1), RevokedBy = "local" }, (await keys.GetAsync(key.Id, None))!.Key);
    }

    [Fact]
    public async Task DeleteEnded_SomeEndedLongAgo_OnlyThoseAreGone()
    {
        await using var store = await Store.StartAsync(azurite);
        var keys = store.Services.GetRequiredService<IApiKeyStore>();
        var inUse = await AddAsync(keys, New("in use", Role.Viewer).Key with { CreatedAt = Now.AddYears(-9) });
        var expired = await AddAsync(keys, New("expired", Role.Viewer).Key with { ExpiresAt = Now.AddDays(-2) });
        var expiredOfLate = await AddAsync(keys, New("of late", Role.Viewer).Key with { ExpiresAt = Now.AddDays(-1) });
        var revoked = await AddAsync(keys, New("revoked", Role.Viewer).Key with { ExpiresAt = Now.AddDays(9) });
        await keys.RevokeAsync(revoked.Id, Now.AddDays(-3), "local", None);

        Assert.Equal(2, await keys.DeleteEndedAsync(Now.AddDays(-1), None));

        Assert.Equal(new[] { inUse.Name, expiredOfLate.Name }.Order(), (await keys.ListAsync(None)).Select(key => key.Name).Order());
        Assert.Null(await keys.GetAsync(expired.Id, None));
    }

    [Fact]
    public async Task Get_RoleThatThereIsNot_Throws()
    {
        await using var store = await Store.StartAsync(azurite);
        var keys = store.Services.GetRequiredService<IApiKeyStore>();
        var (key, secret) = New("ada", Role.Admin);
        await keys.AddAsync(key, secret.Hash, None);
        await store.Table("ApiKeys").UpdateEntityAsync(new TableEntity("keys", key.Id.ToString()) { ["Role"] = "7" }, Azure.ETag.All);

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => keys.GetAsync(key.Id, None));

        Assert.Equal($"API key {key.Id} has the role '7', which there is not.", fault.Message);
    }

    private static async Task<ApiKey> AddAsync(IApiKeyStore keys, ApiKey key)
    {
        await keys.AddAsync(key, new byte[32], None);
        return key;
    }

    private static (ApiKey Key, ApiKeySecret Secret) New(string name, Role role)
    {
        var secret = ApiKeySecret.New(new SystemRandomSource());
        return (new ApiKey { Id = secret.Id, Name = name, Role = role, CreatedAt = Now, CreatedBy = "local" }, secret);
    }
}
