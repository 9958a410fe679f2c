using Orchestrator.Agents;
using Orchestrator.Storage.Rows;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Tests.Rows;

public sealed class AttemptLogRowTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Create_PairsOfSurrogatesAtTheEndOfAColumn_AreNotTornApart(int shift)
    {
        var text = new string('x', shift) + string.Concat(Enumerable.Repeat("😀", 40_000));

        var row = AttemptLogRow.Create(Id(), Log(text));

        Assert.DoesNotContain(TextColumns.Split(text), column => char.IsHighSurrogate(column[^1]));
        Assert.Equal(text, Assert.Single(AttemptLogRow.Read(row)).Text);
    }

    [Fact]
    public void Read_AsLongAsARowCanBe_Whole()
    {
        var text = new string('"', 250_000);

        Assert.Equal(text, Assert.Single(AttemptLogRow.Read(AttemptLogRow.Create(Id(), Log(text)))).Text);
    }

    private static TaskId Id() => TaskId.New(DateTimeOffset.UnixEpoch.AddYears(50), 0, new SeededRandomSource(1));

    private static AttemptLog Log(string text) => new(new AttemptLogPart(1, 1, 0), [new AttemptLogLine(DateTimeOffset.UnixEpoch, AttemptLogLevel.Information, text)]);
}
