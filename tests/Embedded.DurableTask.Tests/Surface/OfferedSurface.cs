using System.Reflection;

namespace Embedded.DurableTask.Tests.Surface;

/// <summary>What an embedded assembly offers of the real packages, as a Markdown table of types and their members.</summary>
internal static class OfferedSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>What every record has without anybody having written it.</summary>
    private static readonly string[] OfRecords = ["Deconstruct", "EqualityContract", "Equals", "GetHashCode", "PrintMembers", "ToString", "op_Equality", "op_Inequality"];

    /// <summary>The public types in namespaces of the real packages, which are all but our own, by namespace and name.</summary>
    public static IReadOnlyList<Type> Types(Assembly assembly) =>
        [.. assembly.GetExportedTypes()
            .Where(type => type.Namespace?.StartsWith("Embedded.", StringComparison.Ordinal) != true)
            .OrderBy(type => type.Namespace, StringComparer.Ordinal).ThenBy(NameOf, StringComparer.Ordinal)];

    /// <summary>A table for each namespace.</summary>
    public static string Write(Assembly assembly) => string.Join("\n\n", Types(assembly).GroupBy(type => type.Namespace).Select(group =>
        $"**{group.Key}**\n\n| Type | Members |\n|---|---|\n" + string.Join('\n', group.Select(type => $"| `{NameOf(type)}` | {Members(type)} |"))));

    /// <summary>The type as one writes it in code.</summary>
    public static string NameOf(Type type)
    {
        var name = type.Name.Split('`')[0] + (type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(argument => argument.Name))}>" : "");
        return type.DeclaringType is { } outer ? $"{NameOf(outer)}.{name}" : name;
    }

    /// <summary>The names of its members; <c>new</c> stands for its constructors.</summary>
    public static IEnumerable<string> MemberNames(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetEnumNames();
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            return [];
        }

        var isRecord = type.GetMethod("<Clone>$") is not null;
        var constructors = type.GetConstructors(Declared).Where(constructor => !constructor.IsStatic && IsSeen(constructor)).Select(_ => "new");
        var fields = type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(field => field.Name);
        var properties = type.GetProperties(Declared).Where(property => IsSeen(property.GetMethod) || IsSeen(property.SetMethod)).Select(property => property.Name);
        var methods = type.GetMethods(Declared)
            .Where(method => IsSeen(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !method.Name.StartsWith('<'))
            .Where(method => method.GetBaseDefinition().DeclaringType != typeof(object))
            .Select(method => method.Name);
        return constructors.Concat(fields).Concat(properties).Concat(methods).Where(name => !isRecord || !OfRecords.Contains(name, StringComparer.Ordinal));
    }

    /// <summary>Constructors first, then by name; how many overloads there are where there are several.</summary>
    private static string Members(Type type)
    {
        var members = MemberNames(type).GroupBy(name => name, StringComparer.Ordinal);
        var ordered = type.IsEnum ? members : members.OrderBy(group => group.Key != "new").ThenBy(group => group.Key, StringComparer.Ordinal);
        return string.Join(", ", ordered.Select(group => group.Count() > 1 ? $"{group.Key} ×{group.Count()}" : group.Key)) is { Length: > 0 } text ? text : "–";
    }

    private static bool IsSeen(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };
}
