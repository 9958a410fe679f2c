namespace Embedded.DurableTask.Crash.Tests.Apps;

/// <summary>Input of the sample app's orchestration <c>Steps</c>, and what must come of it.</summary>
internal sealed record StepsInput(int Amount, string SharedAccount, TimeSpan Lasting)
{
    /// <summary>What the three steps add together.</summary>
    public int Total => 6 * Amount;

    public string Output => $"[{Amount},{3 * Amount},{6 * Amount}]";

    /// <summary>The idempotency keys of the steps of an instance.</summary>
    public static IEnumerable<string> KeysOf(string id) => [$"{id}-1", $"{id}-2", $"{id}-3"];
}
