using System.Text;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Core.Tests.Tasks;

/// <summary>What a submission says of other tasks, of its time, and of whom to call back.</summary>
public sealed class SubmissionRelationsTests
{
    private const string One = "01M822VX9M01WX8Y841K0EEBGT";
    private const string Two = "01M822VX9M01WX8Y841K0EEBGV";
    private static readonly DateTimeOffset _now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly TaskSubmissionReader _reader = new(new KnownTypes(new TaskType { Name = "noop" }), new ManualTimeProvider(_now));

    [Fact]
    public async Task Read_Everything_IsAccepted()
    {
        var submission = await AcceptAsync(
            $$"""
            "dependsOn":{"tasks":["{{One}}","{{Two.ToLowerInvariant()}}"],"condition":"allFinished"},"parent":"{{One.ToLowerInvariant()}}","name":"n","correlationId":"c",
            "callback":{"url":"https://example.com/"},"startAt":"2026-11-22T14:00:00+01:00","idempotencyScope":"s","idempotencyLifetime":"PT1M"
            """);

        Assert.Equal([TaskId.Parse(One), TaskId.Parse(Two)], submission.DependsOn!.Tasks);
        Assert.Equal(DependencyCondition.AllFinished, submission.DependsOn.Condition);
        Assert.Equal((One, "n", "c", "https://example.com/"), (submission.Parent, submission.Name, submission.Correlation, submission.CallbackUrl));
        Assert.Equal((null, _now.AddHours(1), "s", TimeSpan.FromMinutes(1)), (submission.Delay, submission.StartAt?.ToUniversalTime(), submission.IdempotencyScope, submission.IdempotencyLifetime));
    }

    [Theory]
    [InlineData("""
        "dependsOn":null,"parent":null,"callback":null,"delay":null,"startAt":null,"name":null
        """)]
    [InlineData("""
        "dependsOn":[]
        """)]
    [InlineData("""
        "dependsOn":{"tasks":[]}
        """)]
    public async Task Read_NothingGiven_HasNone(string fields)
    {
        var submission = await AcceptAsync(fields);

        Assert.Equal((null, null, null, null, null, null), (submission.DependsOn, submission.Parent, submission.CallbackUrl, submission.Delay, submission.StartAt, submission.Name));
        Assert.Equal(TimeSpan.FromDays(30), submission.IdempotencyLifetime);
    }

    [Theory]
    [InlineData("\"dependsOn\":5", "/dependsOn", "It must be an array of task ids, or an object with 'tasks' and 'condition', not a number.")]
    [InlineData("\"dependsOn\":[5]", "/dependsOn/0", "It must be a string, not a number.")]
    [InlineData("\"dependsOn\":[\"x\"]", "/dependsOn/0", "It must be the id of a task: 26 characters.")]
    [InlineData("\"dependsOn\":[\"" + One + "\",\"" + One + "\"]", "/dependsOn/1", "The task " + One + " stands there twice.")]
    [InlineData("\"dependsOn\":{}", "/dependsOn/tasks", "'tasks' is missing.")]
    [InlineData("\"dependsOn\":{\"tasks\":\"x\"}", "/dependsOn/tasks", "It must be an array of task ids, not a string.")]
    [InlineData("\"dependsOn\":{\"tasks\":[],\"after\":1}", "/dependsOn", "There is no field 'after' in it. The fields are: tasks, condition.")]
    [InlineData("\"dependsOn\":{\"tasks\":[],\"condition\":\"any\"}", "/dependsOn/condition", "It must be \"allSucceeded\" or \"allFinished\".")]
    [InlineData("\"parent\":\"x\"", "/parent", "It must be the id of a task: 26 characters.")]
    [InlineData("\"callback\":\"https://example.com\"", "/callback", "It must be an object with 'url', not a string.")]
    [InlineData("\"callback\":{}", "/callback/url", "'url' is missing.")]
    [InlineData("\"callback\":{\"url\":\"u\",\"method\":\"GET\"}", "/callback", "There is no field 'method' in it. The field is: url.")]
    [InlineData("\"callback\":{\"url\":\"\"}", "/callback/url", "It is 0 characters long; it must be 1 to 2000.")]
    [InlineData("\"delay\":\"soon\"", "/delay", "It must be a duration such as PT1M30S or 00:01:30.")]
    [InlineData("\"delay\":\"P366D\"", "/delay", "It is P366D; it must be PT0S to P365D.")]
    [InlineData("\"idempotencyLifetime\":\"PT59S\"", "/idempotencyLifetime", "It is PT59S; it must be PT1M to P365D.")]
    [InlineData("\"startAt\":\"2026-11-22T12:00:00\"", "/startAt", "It must be a time with its offset from UTC, such as 2026-11-22T12:00:00Z.")]
    [InlineData("\"startAt\":\"2027-11-22T12:00:01Z\"", "/startAt", "It is more than 365 days ahead.")]
    [InlineData("\"startAt\":\"2026-11-22T12:00:00Z\",\"delay\":\"PT1S\"", "/startAt", "There is a delay too; give one of them.")]
    public async Task Read_OneFault_NamesIt(string fields, string pointer, string message) =>
        Assert.Equal([new Fault(pointer, message)], Assert.IsType<SubmissionReading.Refused>(await ReadAsync(fields)).Faults);

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task Read_Dependencies_UpToTheirBound(int count, bool isAccepted)
    {
        var ids = Enumerable.Range(0, count).Select(number => $"\"{TaskId.New(_now.AddMilliseconds(number), 0, new SeededRandomSource(number))}\"");

        var reading = await ReadAsync($"\"dependsOn\":[{string.Join(',', ids)}]");

        if (isAccepted)
            Assert.Equal(count, Assert.IsType<SubmissionReading.Accepted>(reading).Submission.DependsOn!.Tasks.Count);
        else
            Assert.Equal([new Fault("/dependsOn", "There are 101 tasks; at most 100 are allowed.")], Assert.IsType<SubmissionReading.Refused>(reading).Faults);
    }

    private async Task<TaskSubmission> AcceptAsync(string fields) => Assert.IsType<SubmissionReading.Accepted>(await ReadAsync(fields)).Submission;

    private async Task<SubmissionReading> ReadAsync(string fields) => await _reader.ReadAsync(Encoding.UTF8.GetBytes($$"""{"type":"noop",{{fields}} }"""));
}
