using System.Text.RegularExpressions;

namespace Orchestrator.TestKit.Faults;

/// <summary>
/// Says to which calls a fault is done. Conditions that are not set do not restrict. Among the calls that match, counted from 1,
/// it fires from the <see cref="First"/> on, at most <see cref="Times"/> times, on a <see cref="Share"/> of them.
/// </summary>
/// <remarks>One object belongs to one proxy, which alone counts with it. With one seed and one order of calls the same calls are chosen.</remarks>
public sealed class FaultRule(StorageFault fault)
{
    private static readonly TimeSpan _matchLimit = TimeSpan.FromSeconds(1);

    private readonly Regex? _path;
    private readonly HashSet<string> _sent = new(StringComparer.Ordinal);
    private int _matched;
    private int _fired;
    private Random? _random;

    /// <summary>What is done.</summary>
    public StorageFault Fault { get; } = fault;

    /// <summary>Calls of this service only.</summary>
    public StorageService? Service { get; init; }

    /// <summary>Calls of this method only, such as <c>POST</c>.</summary>
    public string? Method { get; init; }

    /// <summary>A regular expression that is found in the target after its escapes are undone, such as <c>/HubLog(\(|$)</c>.</summary>
    public string? Path
    {
        get => _path?.ToString();
        init => _path = value is null ? null : new Regex(value, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, _matchLimit);
    }

    /// <summary>Any further condition, such as <c>call => call.IsWrite</c>.</summary>
    public Func<StorageCall, bool>? Where { get; init; }

    /// <summary>Only the first sending of a request: what a client's own retries send again does not match. See <see cref="StorageCall.RequestId"/>.</summary>
    public bool FirstSendings { get; init; }

    /// <summary>The first matching call on which it may fire; 1 or more.</summary>
    public int First { get; init; } = 1;

    /// <summary>How often it may fire; without a limit when null.</summary>
    public int? Times { get; init; }

    /// <summary>The share of the calls, 0 to 1, on which it fires; the others it lets through.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Chooses the share.</summary>
    public int Seed { get; init; }

    /// <summary>How many calls have matched so far.</summary>
    public int Matched => Volatile.Read(ref _matched);

    /// <summary>How often it has fired so far.</summary>
    public int Fired => Volatile.Read(ref _fired);

    /// <summary>A rule that fires once, on the matching call of this number.</summary>
    public static FaultRule Nth(int number, StorageFault fault) => new(fault) { First = number, Times = 1 };

    /// <summary>Counts the call if it matches. One call at a time, as with <see cref="Fires"/>.</summary>
    internal bool Counts(StorageCall call)
    {
        var matches = Matches(call);
        _matched += matches ? 1 : 0;
        return matches;
    }

    /// <summary>Decides on the call that was counted last.</summary>
    internal bool Fires()
    {
        var fires = _matched >= First && !(_fired >= Times) && IsChosen();
        _fired += fires ? 1 : 0;
        return fires;
    }

    private bool Matches(StorageCall call) =>
        (Service is not { } service || call.Service == service)
        && (Method is null || string.Equals(call.Method, Method, StringComparison.OrdinalIgnoreCase))
        && (_path is null || _path.IsMatch(Uri.UnescapeDataString(call.Target)))
        && (Where is null || Where(call))
        && (!FirstSendings || call.RequestId is null || _sent.Add(call.RequestId));

    private bool IsChosen() => Share >= 1 || (_random ??= new Random(Seed)).NextDouble() < Share;
}
