using System.Globalization;

namespace Orchestrator.Storage.Keys;

/// <summary>
/// Rows of task types: a partition per name.
/// <code>
/// v!{version:8}     a version, written once
/// c                 the version that the API has put in force
/// </code>
/// </summary>
internal static class TaskTypeKeys
{
    public const string Table = "TaskTypes";

    public const string Current = "c";

    /// <summary>The first key after <see cref="Current"/>.</summary>
    public const string AfterCurrent = "d";

    public const string FirstVersion = "v!";

    /// <summary>The first key after those of versions.</summary>
    public const string AfterVersions = "v\"";

    public static string Partition(string name) => KeyText.Encode(name);

    public static string Version(int version) => FirstVersion + version.ToString("D8", CultureInfo.InvariantCulture);
}
