using System.Text;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Submissions;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Submissions;

public sealed class BatchIntakeTests
{
    private readonly TaskRig _rig = new();
    private readonly BatchIntake _intake;

    public BatchIntakeTests() => _intake = new BatchIntake(_rig.Intake, _rig.Submitter, _rig.Starts);

    [Fact]
    public async Task SubmitAsync_Input_IsKeptByteForByte()
    {
        const string input = """{"é" : "<&>\u0041\/😀",  "n":1.50e+3 }""";

        var outcome = Assert.Single(await SubmitAsync($$"""{"tasks":[{"type":"test","input":{{input}}}]}"""));

        Assert.Equal(input, outcome.Task!.Input);
    }

    [Fact]
    public async Task SubmitAsync_InputAtTheLimitInAnotherAlphabet_Taken()
    {
        var input = '"' + new string('é', (TaskLimits.PayloadBytes - 2) / 2) + '"';

        var outcome = Assert.Single(await SubmitAsync($$"""{"tasks":[{"type":"test","input":{{input}}}]}"""));

        Assert.Null(outcome.Problem);
        Assert.Equal(input, outcome.Task!.Input);
    }

    [Fact]
    public async Task SubmitAsync_StorageTakesTooLongForOne_ThatOneIsAProblem()
    {
        var isFirst = true;
        _rig.Store.BeforeCall = () =>
        {
            if (!isFirst)
                return;
            isFirst = false;
            throw new TaskCanceledException("Storage took too long.");
        };

        var outcomes = await SubmitAsync("""{"tasks":[{"type":"test","input":1},{"type":"test","input":2}]}""");

        Assert.Equal(500, Assert.Single(outcomes, outcome => outcome.Problem is not null).Problem!.Status);
        Assert.Single(outcomes, outcome => outcome.Task is not null);
        Assert.Equal(1, _rig.Store.Count);
    }

    [Theory]
    [InlineData("""[]""", "/tasks")]
    [InlineData("""{}""", "/tasks")]
    [InlineData("""{"tasks":{}}""", "/tasks")]
    [InlineData("""{"tasks":[]}""", "/tasks")]
    [InlineData("""{"tasks":[{"type":"test"}],"more/less":1}""", "/more~1less")]
    public async Task SubmitAsync_NotABatch_RefusedAndNothingStored(string body, string pointer)
    {
        var problem = (await Assert.ThrowsAsync<ProblemException>(() => SubmitAsync(body))).Problem;

        Assert.Equal((400, "invalid_batch", pointer), (problem.Status, problem.Code, Assert.Single(problem.Errors!).Pointer));
        Assert.Equal(0, _rig.Store.Count);
    }

    [Theory]
    [InlineData(999, true)]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    public async Task SubmitAsync_AtTheLimit_TakenOrRefusedWhole(int count, bool isTaken)
    {
        var body = $$"""{"tasks":[{{string.Join(',', Enumerable.Repeat("""{"type":"test"}""", count))}}]}""";

        if (isTaken)
            Assert.Equal(count, (await SubmitAsync(body)).Count(outcome => outcome.Task is not null));
        else
            Assert.Equal("There are 1001 tasks; there must be 1 to 1000.", (await Assert.ThrowsAsync<ProblemException>(() => SubmitAsync(body))).Problem.Errors![0].Message);
        Assert.Equal(isTaken ? count : 0, _rig.Store.Count);
    }

    private Task<IReadOnlyList<BatchOutcome>> SubmitAsync(string body) => _intake.SubmitAsync(Encoding.UTF8.GetBytes(body), SubmissionOrigin.Unknown, CancellationToken.None);
}
