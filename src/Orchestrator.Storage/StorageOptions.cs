using System.ComponentModel.DataAnnotations;
using Orchestrator.Configuration;

namespace Orchestrator.Storage;

/// <summary>Where and how tasks are stored.</summary>
public sealed class StorageOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string SectionName = "Orchestrator:Storage";

    /// <summary>
    /// Another account for the tables of tasks, as a connection string. Where neither this nor <c>Endpoint</c> is set, that of <c>AzureWebJobsStorage</c>.
    /// </summary>
    [Secret]
    public string? ConnectionString { get; set; }

    /// <summary>
    /// The https address of the table service, in place of a connection string; reached with the identity of <c>AzureWebJobsStorage</c>. Where neither is set,
    /// <c>AzureWebJobsStorage__tableServiceUri</c>, else that of <c>AzureWebJobsStorage__accountName</c>.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Begins the names of all tables of tasks: empty, or a letter and up to 29 letters and digits. Another prefix is another, empty store.</summary>
    [RegularExpression("^([A-Za-z][A-Za-z0-9]{0,29})?$", ErrorMessage = "must be empty, or a letter followed by at most 29 letters and digits")]
    public string TablePrefix { get; set; } = "";

    /// <summary>
    /// Partitions that a process writes new tasks to side by side. With one, concurrent writes share transactions; Azure takes about 2,000 rows a second in a
    /// partition. Tasks in flight stay where they are.
    /// </summary>
    [Range(1, 16, ErrorMessage = "must be 1 to 16")]
    public int Lanes { get; set; } = 1;

    /// <summary>
    /// New tasks after which a process goes on to another partition; <see href="../decisions/0007-segments-instead-of-shards.md">why so few</see>. On Azure
    /// more is better, as a page of a list then asks fewer partitions.
    /// </summary>
    [Range(10, 10_000, ErrorMessage = "must be 10 to 10000")]
    public int TasksPerSegment { get; set; } = 150;

    /// <summary>How long one try of a request to storage may take; the whole, with what is sent again, at most twice that.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:40", ErrorMessage = "must be 00:00:01 to 00:01:40")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
