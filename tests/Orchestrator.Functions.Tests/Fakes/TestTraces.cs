using System.Diagnostics;
using Orchestrator.Functions.Tracing;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>A trace of the test's own: listens to spans in it and to no others, as tests beside it have theirs.</summary>
internal sealed class TestTraces : IDisposable
{
    private readonly List<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public TestTraces()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is TaskTraces.SourceName or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == Id ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.TraceId != Id)
                    return;
                lock (_ended)
                    _ended.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ActivityTraceId Id { get; } = ActivityTraceId.CreateRandom();

    /// <summary>The span that the caller is in.</summary>
    public ActivitySpanId CallerSpan { get; } = ActivitySpanId.CreateRandom();

    /// <summary>What the caller sends.</summary>
    public string TraceParent => $"00-{Id}-{CallerSpan}-01";

    /// <summary>The spans that have ended, in that order.</summary>
    public IReadOnlyList<Activity> Ended
    {
        get
        {
            lock (_ended)
                return [.. _ended];
        }
    }

    public Activity Single(string name) => Assert.Single(Ended, span => span.OperationName == name);

    /// <summary>The attributes of a span, in the order of their names.</summary>
    public static string Tags(Activity span) => string.Join(' ', span.TagObjects.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));

    public void Dispose() => _listener.Dispose();
}
