using System.ComponentModel.DataAnnotations;
using Orchestrator.Configuration;

namespace Orchestrator.Storage;

/// <summary>Where and how tasks are stored.</summary>
public sealed class StorageOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string SectionName = "Orchestrator:Storage";

    /// <summary>
    /// Connection string of the storage account, or UseDevelopmentStorage=true. Default: the setting AzureWebJobsStorage.
    /// One of this and <see cref="Endpoint"/> is needed.
    /// </summary>
    [Secret]
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Address of the table service, reached with the <c>TokenCredential</c> registered with the services. Default: the
    /// setting AzureWebJobsStorage__tableServiceUri.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Begins the names of all tables: empty, or a letter followed by up to 29 letters and digits. Default: empty.</summary>
    /// <remarks>Another prefix is another, empty store.</remarks>
    [RegularExpression("^([A-Za-z][A-Za-z0-9]{0,29})?$", ErrorMessage = "must be empty, or a letter followed by at most 29 letters and digits")]
    public string TablePrefix { get; set; } = "";

    /// <summary>
    /// Partitions that a process writes new tasks to side by side: 1–16, default 1. With one, concurrent writes share transactions;
    /// Azure takes about 2,000 rows a second in a partition.
    /// </summary>
    /// <remarks>May be changed at any time: an id says where its task is, so tasks in flight stay where they are.</remarks>
    [Range(1, 16, ErrorMessage = "must be 1 to 16")]
    public int Lanes { get; set; } = 1;

    /// <summary>
    /// New tasks after which a process goes on to another partition: 10–10,000, default 150. Azurite takes longer for a row the more
    /// its partition holds; on Azure more is better, as a page of a list then asks fewer partitions.
    /// </summary>
    /// <remarks>May be changed at any time.</remarks>
    [Range(10, 10_000, ErrorMessage = "must be 10 to 10000")]
    public int TasksPerSegment { get; set; } = 150;

    /// <summary>How long one request may take before it counts as failed: 1–100 s, default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:40", ErrorMessage = "must be 00:00:01 to 00:01:40")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
