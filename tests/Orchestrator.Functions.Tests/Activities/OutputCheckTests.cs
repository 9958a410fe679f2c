using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Schemas;
using Orchestrator.Secrets;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Activities;

public sealed class OutputCheckTests
{
    /// <summary>A property's name is as much of a masked value as what it stands for.</summary>
    [Fact]
    public async Task CheckAsync_FaultWithinAMaskedField_DoesNotQuoteIt()
    {
        var type = new TaskType
        {
            Name = "test",
            MaskedFields = ["/card"],
            OutputSchema = """{"type":"object","properties":{"card":{"type":"object","properties":{},"additionalProperties":false}}}""",
        };
        var task = new TaskRecord { Id = TestTasks.Id(1), Type = type.Name, TypeVersion = type.Version, State = TaskState.Running, UpdatedAt = TestTasks.Start };

        var outcome = await new OutputCheck(new TestCatalog(type), new JsonSchemas()).CheckAsync(task, new AttemptOutcome.Succeeded("""{"card":{"4111111111111111":1}}"""), CancellationToken.None);

        var error = Assert.IsType<AttemptOutcome.Failed>(outcome).Error;
        Assert.Equal("output_invalid", error.Code);
        Assert.Contains("/card", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4111", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" {"card":"5555"}""", """ {"card":"***"}""")]
    [InlineData("\n[{\"card\":\"5555\"}]", "\n[{\"card\":\"5555\"}]")]
    [InlineData("no JSON: {5555", "no JSON: {5555")]
    public void Words_JsonAfterWhiteSpace_MaskedAsJson(string words, string kept) =>
        Assert.Equal(kept, new AttemptMask(FieldMask.Of("/card"), secrets: null).Words(words));
}
