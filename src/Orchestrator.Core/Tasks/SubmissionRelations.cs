using System.Text.Json;

namespace Orchestrator.Tasks;

/// <summary>What a submission is called, and what it has to do with.</summary>
internal sealed record SubmissionRelations(string? Name, TaskDependencies? DependsOn, string DependsOnPointer, string? Parent, string? Correlation, string? CallbackUrl)
{
    private const string ArrayPointer = "/dependsOn";
    private const string ObjectPointer = "/dependsOn/tasks";

    public static SubmissionRelations Read(SubmissionFields fields) => new(
        ReadName(fields),
        ReadDependencies(fields, out var pointer),
        pointer,
        fields.Take("parent") is { ValueKind: not JsonValueKind.Null } parent ? fields.ReadId("/parent", parent)?.ToString() : null,
        fields.TakeKey("correlationId", 1, TaskLimits.NameLength),
        ReadCallback(fields));

    /// <summary>
    /// A name stands in an address, and there some characters do not arrive as they were sent: servers leave an escaped slash as it is or take it for one
    /// that parts segments, refuse control characters, and resolve dots.
    /// </summary>
    private static string? ReadName(SubmissionFields fields)
    {
        if (fields.TakeText("name", 1, TaskLimits.NameLength) is not { } name)
            return null;
        if (name is not ("." or "..") && !name.Any(character => character is '/' or '\\' || char.IsControl(character)))
            return name;

        fields.Faults.Add(new Fault("/name", "It stands in addresses: it must not hold '/', '\\' or control characters, nor be '.' or '..'."));
        return null;
    }

    /// <summary>Either an array of ids, or an object with them and the condition.</summary>
    private static TaskDependencies? ReadDependencies(SubmissionFields fields, out string pointer)
    {
        pointer = ObjectPointer;
        if (fields.Take("dependsOn") is not { ValueKind: not JsonValueKind.Null } element)
            return null;
        if (element.ValueKind == JsonValueKind.Array)
            return ReadTasks(fields, pointer = ArrayPointer, element, DependencyCondition.AllSucceeded);
        if (element.ValueKind != JsonValueKind.Object)
        {
            fields.Faults.Add(new Fault(ArrayPointer, $"It must be an array of task ids, or an object with 'tasks' and 'condition', not {SubmissionFields.KindOf(element)}."));
            return null;
        }

        var condition = DependencyCondition.AllSucceeded;
        TaskDependencies? dependencies = null;
        foreach (var property in element.EnumerateObject())
        {
            if (property.Name == "tasks" && property.Value.ValueKind == JsonValueKind.Array)
                dependencies = ReadTasks(fields, ObjectPointer, property.Value, condition);
            else if (property.Name == "condition")
                condition = ReadCondition(fields, property.Value);
            else if (property.Name == "tasks")
                fields.Faults.Add(new Fault(ObjectPointer, $"It must be an array of task ids, not {SubmissionFields.KindOf(property.Value)}."));
            else
                fields.Faults.Add(new Fault(ArrayPointer, $"There is no field '{property.Name}' in it. The fields are: tasks, condition."));
        }

        if (!element.TryGetProperty("tasks", out _))
            fields.Faults.Add(new Fault(ObjectPointer, "'tasks' is missing."));
        return dependencies is null ? null : dependencies with { Condition = condition };
    }

    private static TaskDependencies? ReadTasks(SubmissionFields fields, string pointer, JsonElement array, DependencyCondition condition)
    {
        var count = array.GetArrayLength();
        if (count > TaskLimits.Dependencies)
        {
            fields.Faults.Add(new Fault(pointer, $"There are {count} tasks; at most {TaskLimits.Dependencies} are allowed."));
            return null;
        }

        var tasks = new List<TaskId>(count);
        foreach (var (index, item) in array.EnumerateArray().Index())
        {
            if (fields.ReadId($"{pointer}/{index}", item) is not { } id)
                continue;
            if (tasks.Contains(id))
                fields.Faults.Add(new Fault($"{pointer}/{index}", $"The task {id} stands there twice."));
            else
                tasks.Add(id);
        }

        return tasks.Count == 0 ? null : new TaskDependencies(tasks, condition);
    }

    private static DependencyCondition ReadCondition(SubmissionFields fields, JsonElement element)
    {
        switch (element.ValueKind == JsonValueKind.String ? element.GetString() : null)
        {
            case "allSucceeded":
                return DependencyCondition.AllSucceeded;
            case "allFinished":
                return DependencyCondition.AllFinished;
            default:
                fields.Faults.Add(new Fault("/dependsOn/condition", "It must be \"allSucceeded\" or \"allFinished\"."));
                return DependencyCondition.AllSucceeded;
        }
    }

    private static string? ReadCallback(SubmissionFields fields)
    {
        if (fields.Take("callback") is not { ValueKind: not JsonValueKind.Null } element)
            return null;
        if (element.ValueKind != JsonValueKind.Object)
        {
            fields.Faults.Add(new Fault("/callback", $"It must be an object with 'url', not {SubmissionFields.KindOf(element)}."));
            return null;
        }

        foreach (var property in element.EnumerateObject().Where(property => property.Name != "url"))
            fields.Faults.Add(new Fault("/callback", $"There is no field '{property.Name}' in it. The field is: url."));
        if (element.TryGetProperty("url", out var url))
            return fields.ReadText("/callback/url", url, 1, TaskLimits.UrlLength);

        fields.Faults.Add(new Fault("/callback/url", "'url' is missing."));
        return null;
    }
}
