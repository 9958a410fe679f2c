using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Errors;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Http;

public sealed class EventStreamTests : IDisposable
{
    private readonly TaskRig _rig = new();
    private readonly LineStream _body = new();
    private readonly CancellationTokenSource _client = new();
    private readonly DefaultHttpContext _context = new();

    public void Dispose()
    {
        _client.Dispose();
        _body.Dispose();
    }

    [Fact]
    public async Task ExecuteResultAsync_TaskGoesOn_EveryEventAsItHappensUntilTheEnd()
    {
        var id = await _rig.SubmitAsync();
        var streaming = StreamAsync(id);
        await WhenSaidAsync("id: 1\nevent: Submitted\n");

        var (task, lease) = await _rig.ClaimAsync(id);
        await WhenSaidAsync("id: 2\nevent: Started\n");
        await _rig.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Succeeded("1"), CancellationToken.None);

        await streaming.WithinLimitAsync("the stream ends");
        Assert.Equal(["1 Submitted", "2 Started", "3 Succeeded"], Events());
        Assert.Equal(("text/event-stream", "no-store"), (_context.Response.ContentType, _context.Response.Headers.CacheControl.ToString()));
    }

    [Fact]
    public async Task ExecuteResultAsync_NothingHappens_CommentEvery15SecondsAndEndAfter200()
    {
        var id = await _rig.SubmitAsync();
        var streaming = StreamAsync(id);
        var comments = new List<double>();
        var seen = 0;
        while (true)
        {
            await Eventually.TrueAsync(() => streaming.IsCompleted || _rig.Time.NextDue is not null, "it waits, or is done");
            var now = Comments();
            if (now > seen)
                comments.Add((_rig.Time.GetUtcNow() - TestTasks.Start).TotalSeconds);
            seen = now;
            if (streaming.IsCompleted || _rig.Time.NextDue is not { } due)
                break;
            _rig.Time.Advance(due);
        }

        await streaming;
        Assert.Equal(Enumerable.Range(1, 13).Select(number => number * 15.0), comments);
        Assert.Equal(TestTasks.Start.AddSeconds(200), _rig.Time.GetUtcNow());
        Assert.Equal(["1 Submitted"], Events());
    }

    [Fact]
    public async Task ExecuteResultAsync_ChangedByAnotherProcess_FoundWithinASecond()
    {
        var id = await _rig.SubmitAsync();
        var streaming = StreamAsync(id);
        await _rig.Time.WhenArmedAsync(1).WithinLimitAsync("it waits for its next look");
        var other = new TaskLifecycle(_rig.Store, _rig.Siblings, new TaskSignals(), new SystemRandomSource(), _rig.Time);
        await other.CancelAsync(id, CancellationToken.None);

        _rig.Time.Advance(TimeSpan.FromSeconds(1));

        await streaming.WithinLimitAsync("the stream ends");
        Assert.Equal(["1 Submitted", "2 Cancelled"], Events());
    }

    [Theory]
    [InlineData(CallbackState.Delivered)]
    [InlineData(CallbackState.Failed)]
    public async Task ExecuteResultAsync_OverButNotCalledBackYet_GoesOnUntilThatIsTold(CallbackState callback)
    {
        var id = await _rig.SubmitAsync(submission => submission with { CallbackUrl = "https://example.com/done" });
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("1"));
        var streaming = StreamAsync(id);
        await WhenSaidAsync("id: 3\nevent: Succeeded\n");
        await _rig.Time.WhenArmedAsync(1).WithinLimitAsync("it waits for what is still to come");
        Assert.False(streaming.IsCompleted);

        await _rig.Lifecycle.EndFollowUpsAsync(id, callback, CancellationToken.None);

        await streaming.WithinLimitAsync("the stream ends");
        Assert.Equal(["1 Submitted", "2 Started", "3 Succeeded", $"4 Callback{callback}"], Events());
    }

    [Fact]
    public async Task ExecuteResultAsync_ComesBackAfterTheEndBeforeTheCallback_IsNotSentAway()
    {
        var id = await _rig.SubmitAsync(submission => submission with { CallbackUrl = "https://example.com/done" });
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("1"));
        var streaming = StreamAsync(id, after: 3);
        await _rig.Time.WhenArmedAsync(1).WithinLimitAsync("it waits for what is still to come");

        await _rig.Lifecycle.EndFollowUpsAsync(id, CallbackState.Delivered, CancellationToken.None);

        await streaming.WithinLimitAsync("the stream ends");
        Assert.Equal((200, "4 CallbackDelivered"), (_context.Response.StatusCode, Assert.Single(Events())));
    }

    [Fact]
    public async Task ExecuteResultAsync_ComesBackInTheMiddle_GoesOnThere()
    {
        var id = await _rig.SubmitAsync();
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("1"));

        await StreamAsync(id, after: 1);

        Assert.Equal(["2 Started", "3 Succeeded"], Events());
    }

    [Fact]
    public async Task ExecuteResultAsync_ComesBackAfterTheEnd_NoContent()
    {
        var id = await _rig.SubmitAsync();
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("1"));

        await StreamAsync(id, after: 3);

        Assert.Equal((204, ""), (_context.Response.StatusCode, _body.Text));
    }

    [Fact]
    public async Task ExecuteResultAsync_EndsWhileItBegins_TheEndIsTold()
    {
        var id = await _rig.SubmitAsync();
        var calls = 0;
        _rig.Store.BeforeCall = () =>
        {
            if (++calls != 2)
                return;
            _rig.Store.BeforeCall = null;
            Assert.True(_rig.Lifecycle.CancelAsync(id, CancellationToken.None).IsCompletedSuccessfully);
        };

        await StreamAsync(id, after: 1).WithinLimitAsync("the stream ends");

        Assert.Equal(["2 Cancelled"], Events());
    }

    [Fact]
    public async Task ExecuteResultAsync_ClientGoes_EndsQuietly()
    {
        var id = await _rig.SubmitAsync();
        var streaming = StreamAsync(id);
        await WhenSaidAsync("id: 1\n");

        await _client.CancelAsync();

        await streaming.WithinLimitAsync("the stream ends");
    }

    [Fact]
    public async Task OpenAsync_StorageAway_FailsBeforeAnythingIsSaid()
    {
        var id = await _rig.SubmitAsync();
        _rig.Store.BeforeCall = () => throw new StorageUnavailableException(new Uri("http://127.0.0.1:1"), "away");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => StreamAsync(id));

        Assert.Equal("", _body.Text);
        Assert.Null(_context.Response.ContentType);
    }

    private async Task StreamAsync(TaskId id, int after = 0)
    {
        _context.Response.Body = _body;
        _context.RequestAborted = _client.Token;
        var stream = new EventStream(_rig.Store, _rig.Signals, _rig.Time, id, after);
        await stream.OpenAsync(_context.Response, _client.Token);
        await stream.ExecuteResultAsync(new ActionContext { HttpContext = _context });
    }

    private Task WhenSaidAsync(string text) => Eventually.TrueAsync(() => _body.Text.Contains(text, StringComparison.Ordinal), $"the stream says {text}");

    private int Comments() => _body.Text.Split(": still here\n\n").Length - 1;

    private IEnumerable<string> Events()
    {
        var lines = _body.Text.Split('\n');
        var ids = lines.Where(line => line.StartsWith("id: ", StringComparison.Ordinal)).Select(line => line[4..]);
        return ids.Zip(lines.Where(line => line.StartsWith("event: ", StringComparison.Ordinal)).Select(line => line[7..]), (id, name) => $"{id} {name}");
    }

    /// <summary>What was written so far, readable while it is written.</summary>
    private sealed class LineStream : MemoryStream
    {
        private readonly Lock _lock = new();

        public string Text
        {
            get
            {
                lock (_lock)
                    return Encoding.UTF8.GetString(ToArray());
            }
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            lock (_lock)
                base.Write(buffer, offset, count);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Write(buffer, offset, count);
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.ToArray(), 0, buffer.Length);
            return ValueTask.CompletedTask;
        }
    }
}
