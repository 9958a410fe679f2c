using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Access;
using Orchestrator.Audit;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Storage.Tests.Schema;
using Orchestrator.TestKit.Tables;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Storage.Tests.Access;

/// <summary>Rows of keys and of the audit as the first release that had them wrote them: whoever was let in then is let in now, and what was done stays legible.</summary>
public sealed class GoldenAccessTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly ApiKey Living = new()
    {
        Id = ApiKeyId.Parse("0123456789abcdef"),
        Name = "night shift",
        Role = Role.Operator,
        CreatedAt = Now,
        CreatedBy = "local",
        ExpiresAt = Now.AddDays(90),
        LastUsedAt = Now.AddMinutes(5),
    };

    private static readonly ApiKey Revoked = new()
    {
        Id = ApiKeyId.Parse("fedcba9876543210"),
        Name = "Ada",
        Role = Role.Admin,
        CreatedAt = Now.AddHours(-1),
        CreatedBy = "entra:6f9619ff-8b86-d011-b42d-00c04fc964ff",
        RevokedAt = Now.AddHours(1),
        RevokedBy = "key:0123456789abcdef",
    };

    private static readonly AuditEntry Ended = new()
    {
        Id = Id("01a202b2c50000112233445566778899"),
        At = Now,
        Actor = new AuditActor("key:0123456789abcdef", "night shift", Role.Operator),
        Method = "POST",
        Route = "tasks/{id}/cancel",
        Target = "01M81B5H80M8TSQEWNPC9PBHK9",
        TraceId = "0af7651916cd43dd8448eb211c80319c",
        End = new AuditEnd(AuditOutcome.Done, Now.AddSeconds(1), 202, null, [new AuditChange("state", "Queued", "Cancelled"), new AuditChange("reason", null, "too late")]),
    };

    private static readonly AuditEntry Begun = new()
    {
        Id = Id("01a202b2c8e8aabbccddeeff00112233"),
        At = Now.AddSeconds(1),
        Actor = new AuditActor("local", "this machine", Role.Admin),
        Method = "DELETE",
        Route = "keys/{id}",
        Target = "fedcba9876543210",
    };

    [Fact]
    public async Task Keys_OfTheFirstRelease_AreReadAsTheyWere()
    {
        await using var server = await TableServer.StartAsync(new ManualTimeProvider(Now));
        await GoldenStore.LoadAsync(server, Path.Combine(AppContext.BaseDirectory, "Rows", "Golden", "access-v1.json"));
        await using var store = await Store.StartAsync(server);
        var keys = store.Services.GetRequiredService<IApiKeyStore>();

        Assert.Equal([Living, Revoked], await keys.ListAsync(None));
        var read = await keys.GetAsync(Living.Id, None);
        Assert.Equal("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", Convert.ToHexString(read!.Hash.Span));
    }

    [Fact]
    public async Task Audit_OfTheFirstRelease_IsReadAsItWas()
    {
        await using var server = await TableServer.StartAsync(new ManualTimeProvider(Now));
        await GoldenStore.LoadAsync(server, Path.Combine(AppContext.BaseDirectory, "Rows", "Golden", "access-v1.json"));
        await using var store = await Store.StartAsync(server);

        var page = Assert.IsType<AuditListing.Page>(await store.Services.GetRequiredService<IAuditStore>().ListAsync(new AuditQuery(), None));

        Assert.Equivalent(new[] { Begun, Ended }, page.Entries, strict: true);
    }

    private static AuditEntryId Id(string text) => AuditEntryId.TryParse(text, out var id) ? id : throw new FormatException(text);
}
