using Embedded.Functions.Extensibility;

namespace Embedded.DurableTask.Hosting;

/// <summary>The functions of one kind by name, without regard to case.</summary>
/// <param name="kind">As messages name it, such as <c>an activity</c>.</param>
internal sealed class FunctionTable(string kind)
{
    private readonly SortedDictionary<string, TriggeredFunction> _functions = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="name">The name that the trigger gives; null or empty for that of the function.</param>
    /// <exception cref="FunctionBindingException">There is another of the name.</exception>
    public void Add(string? name, TriggeredFunction function)
    {
        var taken = string.IsNullOrEmpty(name) ? function.Name : name;
        if (!_functions.TryAdd(taken, function))
        {
            throw new FunctionBindingException(
                function.Name, $"'{_functions[taken].Name}' is {kind} function named '{taken}' too; give one of them another name.");
        }
    }

    public TriggeredFunction? Find(string name) => _functions.GetValueOrDefault(name);

    /// <summary>What the real platform says of a name that is not in the table.</summary>
    public string DescribeUnknown(string name)
    {
        var noun = kind[(kind.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        var known = _functions.Count > 0
            ? $"The following are the known {noun} functions: '{string.Join("', '", _functions.Keys)}'."
            : $"No {noun} functions are currently registered!";
        return $"The function '{name}' doesn't exist, is disabled, or is not {kind} function. Additional info: {known}";
    }
}
