using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Retention;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Retention;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Http;

public sealed class RetentionFunctionsTests : IDisposable
{
    private readonly TaskRig _rig = new();
    private readonly RetentionRunner _runner;
    private readonly RetentionFunctions _functions;
    private RetentionRules? _rules;

    public RetentionFunctionsTests()
    {
        var store = new Mock<IRetentionStore>();
        store.Setup(retention => retention.PlanAsync(It.IsAny<RetentionRules>(), It.IsAny<CancellationToken>())).ReturnsAsync((RetentionRules rules, CancellationToken _) =>
        {
            _rules = rules;
            return new RetentionPlan([], [], IsWhole: false);
        });
        _runner = new RetentionRunner(store.Object, _rig.Purger, NullLogger<RetentionRunner>.Instance);
        _functions = new RetentionFunctions(_runner, new TestCatalog(), TestOptions.Of(new RetentionOptions()), TestOptions.Of(new HttpOptions()));
    }

    public void Dispose() => _runner.Dispose();

    [Theory]
    [InlineData("", 30)]
    [InlineData("{}", 30)]
    [InlineData("""{"age":null}""", 30)]
    [InlineData("""{"age":"P7D"}""", 7)]
    public async Task RunRetention_Body_SaysTheAge(string body, int days)
    {
        var answer = Assert.IsType<JsonAnswer<RetentionRunView>>(await RunAsync(body));

        Assert.Equal((TimeSpan.FromDays(days), 0, true), (_rules!.Of("test", TaskState.Succeeded), answer.Value.Removed, answer.Value.IsMore));
    }

    [Theory]
    [InlineData("{", "invalid_json", "")]
    [InlineData("1", "invalid_retention", "")]
    [InlineData("""{"age":1}""", "invalid_retention", "/age")]
    [InlineData("""{"age":"P5000D"}""", "invalid_retention", "/age")]
    [InlineData("""{"years":1}""", "invalid_retention", "/years")]
    public async Task RunRetention_BadBody_Refused(string body, string code, string pointer)
    {
        var problem = (await Assert.ThrowsAsync<ProblemException>(() => RunAsync(body))).Problem;

        Assert.Equal((400, code, pointer), (problem.Status, problem.Code, Assert.Single(problem.Errors!).Pointer));
        Assert.Null(_rules);
    }

    private Task<Microsoft.AspNetCore.Mvc.IActionResult> RunAsync(string body)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return _functions.RunRetention(request, _rig.Clients.Client, CancellationToken.None);
    }
}
