namespace Orchestrator.Functions.TaskTypes;

/// <summary>Where task types are defined besides code and the API.</summary>
public sealed class TaskTypesOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = "Orchestrator:TaskTypes";

    /// <summary>
    /// Folder whose files <c>*.json</c>, <c>*.yaml</c> and <c>*.yml</c> each define a <see href="task-types.md#files">task type</see>; several with <c>;</c>
    /// between them. One that is not absolute lies in the app's own folder. Subfolders are not looked at. Tasks in flight keep the version they were submitted
    /// with.
    /// </summary>
    public string Folder { get; set; } = "";
}
