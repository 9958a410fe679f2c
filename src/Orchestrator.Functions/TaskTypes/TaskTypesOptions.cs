namespace Orchestrator.Functions.TaskTypes;

/// <summary>Where task types are defined besides code and the API.</summary>
public sealed class TaskTypesOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = "Orchestrator:TaskTypes";

    /// <summary>
    /// Folder whose files *.json, *.yaml and *.yml each define a task type; several with ';' between them. One that is not absolute lies in
    /// the app's own folder. Subfolders are not looked at. Default: none.
    /// </summary>
    /// <remarks>Read at start only. Tasks in flight keep the version they were submitted with.</remarks>
    public string Folder { get; set; } = "";
}
