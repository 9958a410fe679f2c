namespace Embedded.DurableTask.Crash.Tests.Apps;

/// <summary>What the sample app's activities have done to the outer world: a file <c>key~n</c> for the n-th time that a key's effect was asked for.</summary>
internal sealed class EffectFiles : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("sample-effects-").FullName;

    /// <summary>How many effects were made or asked for again, until now.</summary>
    public int Count => Directory.EnumerateFiles(Folder).Count();

    /// <summary>How often each key's effect was asked for.</summary>
    public SortedDictionary<string, int> Times() => new(
        Directory.EnumerateFiles(Folder).Select(Path.GetFileName).CountBy(name => name!.Split('~')[0]).ToDictionary(), StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
