using System.Text;
using Azure.Data.Tables;
using Orchestrator.Errors;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.TaskTypes;

namespace Orchestrator.Storage.TaskTypes;

/// <summary>Rows of task types. A document stands in as many columns of 64 KiB as it needs.</summary>
internal static class TaskTypeRows
{
    private const int DocumentColumns = 8;
    private const string Schema = "Schema";
    private const string Name = "Name";
    private const string Version = "Version";
    private const string Source = "Source";
    private const string CreatedAt = "CreatedAt";
    private const string Hash = "Hash";
    private const string UpdatedAt = "UpdatedAt";
    private const string Document = "Document";

    /// <summary>What <see cref="ReadVersion"/> needs.</summary>
    public static readonly IReadOnlyList<string> VersionColumns = [Name, Version, Source, CreatedAt, Hash];

    /// <summary>What <see cref="ReadCurrent"/> needs.</summary>
    public static readonly IReadOnlyList<string> CurrentColumns = [Name, Version, UpdatedAt];

    public static TableEntity Of(StoredTaskType version)
    {
        var row = new TableEntity(TaskTypeKeys.Partition(version.Name), TaskTypeKeys.Version(version.Version))
        {
            [Schema] = 1,
            [Name] = version.Name,
            [Version] = version.Version,
            [Source] = version.Source.ToString(),
            [CreatedAt] = version.CreatedAt,
            [Hash] = version.Hash,
        };
        var document = Encoding.UTF8.GetBytes(version.Document);
        if (document.Length > DocumentColumns * RowLimits.BinaryBytes)
            throw new PayloadTooLargeException($"The definition of task type '{version.Name}'", document.Length, DocumentColumns * RowLimits.BinaryBytes);
        foreach (var (index, part) in document.Chunk(RowLimits.BinaryBytes).Index())
            row[Document + index] = part;
        return row;
    }

    public static TableEntity Current(string name, int version, DateTimeOffset updatedAt) => new(TaskTypeKeys.Partition(name), TaskTypeKeys.Current)
    {
        [Schema] = 1,
        [Name] = name,
        [Version] = version,
        [UpdatedAt] = updatedAt,
    };

    public static ApiTaskType ReadCurrent(TableEntity row) =>
        new(row.RequireText(Name), row.RequireNumber(Version), row.RequireTime(UpdatedAt), row.ETag.ToString());

    public static TaskTypeVersion ReadVersion(TableEntity row) =>
        new(row.RequireText(Name), row.RequireNumber(Version), Enum.Parse<TaskTypeSource>(row.RequireText(Source)), row.RequireTime(CreatedAt), row.RequireText(Hash));

    public static StoredTaskType Read(TableEntity row)
    {
        var version = ReadVersion(row);
        var document = Enumerable.Range(0, DocumentColumns).SelectMany(index => row.GetBinary(Document + index) ?? []).ToArray();
        return new StoredTaskType(version.Name, version.Version, version.Source, version.CreatedAt, version.Hash, Encoding.UTF8.GetString(document));
    }
}
