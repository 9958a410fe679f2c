namespace Microsoft.DurableTask.Abstractions;

/// <summary>The order of task versions.</summary>
public static class TaskOrchestrationVersioningUtils
{
    /// <summary>
    /// Compares as dotted numbers where both are such, else as texts without regard to case. No version comes before any.
    /// </summary>
    /// <returns>Less than, equal to or more than zero.</returns>
    public static int CompareVersions(string sourceVersion, string otherVersion)
    {
        var hasSource = !string.IsNullOrWhiteSpace(sourceVersion);
        var hasOther = !string.IsNullOrWhiteSpace(otherVersion);
        if (!hasSource || !hasOther)
        {
            return hasSource.CompareTo(hasOther);
        }

        return Version.TryParse(sourceVersion, out var source) && Version.TryParse(otherVersion, out var other)
            ? source.CompareTo(other)
            : string.Compare(sourceVersion, otherVersion, StringComparison.OrdinalIgnoreCase);
    }
}
