using Microsoft.AspNetCore.Http;
using Moq;
using Orchestrator.Audit;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Http;
using Orchestrator.Verification;

namespace Orchestrator.Functions.Tests.Http;

public sealed class StorageVerificationFunctionTests
{
    [Fact]
    public async Task VerifyStorage_Repairs_AreSaidToTheAudit()
    {
        StorageFinding[] findings =
        [
            Finding("index_missing", "task-1", RepairOutcome.Repaired), Finding("index_missing", "task-2", RepairOutcome.Repaired), Finding("index_missing", "task-3", RepairOutcome.Changed),
            Finding("count_wrong", null, RepairOutcome.Repaired), Finding("task_unreadable", "task-4", RepairOutcome.NotRepairable),
        ];
        var verifier = new Mock<IStorageVerifier>();
        verifier.Setup(store => store.CheckAsync(null, true, It.IsAny<CancellationToken>())).ReturnsAsync(new StretchOutcome.Checked(new CheckedStretch(findings, null, "day 1 of 1")));
        var http = new DefaultHttpContext { Request = { QueryString = new QueryString("?repair=true") } };
        var trail = AuditTrail.Begin(http);

        await new StorageVerificationFunction(verifier.Object).VerifyStorage(http.Request, CancellationToken.None);

        Assert.Equal(
            [
                new AuditChange("repair", null, "true"),
                new AuditChange("position", null, "day 1 of 1"),
                new AuditChange("index_missing", "2", "0"),
                new AuditChange("index_missing tasks", null, "task-1 task-2"),
                new AuditChange("count_wrong", "1", "0"),
            ],
            trail.Changes);
    }

    private static StorageFinding Finding(string code, string? task, RepairOutcome repair) =>
        new(code, "Something is wrong.") { Table = "Tasks", Partition = "p", RowKey = "r", TaskId = task, Repair = repair };
}
