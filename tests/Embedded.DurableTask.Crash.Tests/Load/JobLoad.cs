using Embedded.DurableTask.Crash.Tests.Apps;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Crash.Tests.Load;

/// <summary>Many jobs of all kinds at once on an app that dies now and then, and what must hold of them at the end.</summary>
internal sealed class JobLoad : IAsyncDisposable
{
    private const int Lanes = 8;
    private static readonly TimeSpan _endLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan _endPause = TimeSpan.FromMilliseconds(200);

    private readonly EffectFiles _effects = new();
    private readonly IReadOnlyList<Job> _jobs;
    private int _accepted;

    /// <param name="change">What is different about the app.</param>
    public JobLoad(string connectionString, IEnumerable<Job> jobs, Func<FunctionAppSetup, FunctionAppSetup>? change = null)
    {
        _jobs = [.. jobs];
        var setup = SampleSetup.Create(connectionString, _effects);
        App = new RestartedApp(change?.Invoke(setup) ?? setup);
    }

    public RestartedApp App { get; }

    /// <summary>How many jobs the app has taken.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Starts all jobs, a few at a time, and raises the events that they wait for.</summary>
    public Task SubmitAsync() => Parallel.ForEachAsync(_jobs, new ParallelOptions { MaxDegreeOfParallelism = Lanes }, async (job, _) =>
    {
        await App.AskAsync(http => http.StartAsync(job.Orchestrator, job.Id, job.Input));
        Interlocked.Increment(ref _accepted);
        if (job.Answer is { } answer)
            await App.AskAsync(http => http.RaiseAsync(job.Id, "Answer", answer));
    });

    /// <summary>Waits until so many jobs have been taken.</summary>
    public Task WhenAcceptedAsync(int count) => Eventually.TrueAsync(() => Accepted >= count, $"{count} jobs are taken");

    /// <summary>Waits until everything is over, and holds it against what was submitted, to the last account.</summary>
    public async Task AssertOutcomeAsync()
    {
        var ended = await Eventually.ValueAsync(
            async () => new Progress(await App.AskAsync(SampleApi.ListAsync)),
            progress => progress.Instances.All(instance => instance.IsOver),
            "every instance is over",
            _endLimit,
            _endPause);
        var seen = ended.Instances.ToDictionary(instance => instance.Id, StringComparer.Ordinal);
        Assert.Equal(_jobs.Select(job => job.End), _jobs.Select(job => seen.GetValueOrDefault(job.Id)));
        Assert.Equal(_jobs.Count + _jobs.Sum(job => job.Children), seen.Count);
        await AssertAccountsAsync();
    }

    /// <summary>Every effect was made, and asked for again at most so many times altogether.</summary>
    public void AssertEffects(int repeats)
    {
        var times = _effects.Times();
        Assert.Equal(_jobs.SelectMany(job => job.Keys).Order(StringComparer.Ordinal), times.Keys);
        Assert.InRange(times.Values.Sum(), times.Count, times.Count + repeats);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        _effects.Dispose();
    }

    private async Task AssertAccountsAsync()
    {
        var working = _jobs.Where(job => job.Steps is not null).ToList();
        foreach (var job in working)
            Assert.Equal((job.Account, job.Steps!.Total), (job.Account, await App.AskAsync(http => http.SumAsync(job.Account))));

        foreach (var shared in working.GroupBy(job => job.Steps!.SharedAccount, StringComparer.Ordinal))
        {
            // Signals are on their way for a while; one that came twice would stay.
            var total = shared.Sum(job => job.Steps!.Total);
            var sum = await Eventually.ValueAsync(() => App.AskAsync(http => http.SumAsync(shared.Key)), sum => sum >= total, $"{shared.Key} has {total}");
            Assert.Equal((shared.Key, total), (shared.Key, sum));
        }
    }

    private sealed record Progress(IReadOnlyList<Instance> Instances)
    {
        public override string ToString() =>
            $"{Instances.Count} instances: {string.Join(", ", Instances.CountBy(instance => instance.Status).Select(status => $"{status.Value} {status.Key}"))}";
    }
}
