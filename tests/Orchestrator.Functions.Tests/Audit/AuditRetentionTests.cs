using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Orchestrator.Audit;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Functions.Tests.Audit;

public sealed class AuditRetentionTests
{
    [Fact]
    public async Task Run_EntriesOverTheirTime_AllOfThemAreGone()
    {
        var audit = new MemoryAudit();
        for (var i = 0; i < AuditRetention.PerRequest + 2; i++)
            await AddAsync(audit, TestTasks.Start.AddDays(-10).AddSeconds(i));
        await AddAsync(audit, TestTasks.Start.AddDays(-4));
        var retention = new AuditRetention(
            audit, new MemoryApiKeys(), new ManualTimeProvider(TestTasks.Start), Options.Create(new AuditOptions { Retention = TimeSpan.FromDays(5) }), NullLogger<AuditRetention>.Instance);

        await retention.RunAsync(CancellationToken.None);

        Assert.Equal(TestTasks.Start.AddDays(-4), Assert.Single(audit.Entries).At);
    }

    private static Task AddAsync(MemoryAudit audit, DateTimeOffset at) => audit.BeginAsync(
        new AuditEntry
        {
            Id = AuditEntryId.New(at, new SystemRandomSource()),
            At = at,
            Actor = new AuditActor("local", "local", Role.Admin),
            Method = "POST",
            Route = "tasks/{id}/cancel",
            Target = "1",
        },
        CancellationToken.None);
}
