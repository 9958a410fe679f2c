using System.Reflection;

namespace Orchestrator.Configuration;

/// <summary>What settings a class of options has, and what an object of it holds: single values, lists, entries by name, and classes within.</summary>
internal static class SettingShape
{
    /// <summary>The settings of a class, in the order of its properties.</summary>
    public static IEnumerable<SettingDefinition> Describe(Type options, string prefix) =>
        PropertiesOf(options).SelectMany(property => Describe(property.PropertyType, $"{prefix}:{property.Name}", property, IsMarked<LiveAttribute>(property), IsMarked<SecretAttribute>(property)));

    /// <summary>What an object holds: keys, numbers and names of entries in place, with values.</summary>
    public static IEnumerable<(string Key, object? Value)> Read(object options, string prefix) =>
        PropertiesOf(options.GetType()).SelectMany(property => ReadValue(property.GetValue(options), property.PropertyType, $"{prefix}:{property.Name}"));

    /// <summary>What of a class is bound: what can be set, and what can be added to.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && (property.SetMethod is { IsPublic: true } || EntriesOf(property.PropertyType) is not null || IsWithin(property.PropertyType)));

    private static IEnumerable<SettingDefinition> Describe(Type type, string key, PropertyInfo property, bool isLive, bool isSecret)
    {
        if (SettingText.IsValue(type))
            return [new SettingDefinition(key, property, type, isLive, isSecret)];
        if (EntriesOf(type) is { } entries)
            return Describe(entries.Value, $"{key}:{entries.Placeholder}", property, isLive, isSecret);
        return PropertiesOf(type).SelectMany(inner =>
            Describe(inner.PropertyType, $"{key}:{inner.Name}", inner, isLive || IsMarked<LiveAttribute>(inner), isSecret || IsMarked<SecretAttribute>(inner)));
    }

    private static IEnumerable<(string Key, object? Value)> ReadValue(object? value, Type type, string key)
    {
        if (SettingText.IsValue(type))
            return [(key, value)];
        if (value is null)
            return [];
        if (EntriesOf(type) is not { } entries)
            return Read(value, key);
        return entries.Placeholder == SettingDefinition.Number
            ? ((System.Collections.IEnumerable)value).Cast<object?>().Index().SelectMany(entry => ReadValue(entry.Item, entries.Value, $"{key}:{entry.Index}"))
            : ((System.Collections.IEnumerable)value).Cast<object>().SelectMany(entry => ReadValue(Part(entry, "Value"), entries.Value, $"{key}:{Part(entry, "Key")}"));
    }

    /// <summary>Whether a property without a setter is bound all the same: what stands there is an object of options, and none that is made from others.</summary>
    private static bool IsWithin(Type type) => type.IsClass && !SettingText.IsValue(type) && type.GetConstructor(Type.EmptyTypes) is not null;

    private static (Type Value, string Placeholder)? EntriesOf(Type type)
    {
        var generic = type.GetInterfaces().Append(type).Where(candidate => candidate.IsGenericType).ToList();
        if (type == typeof(string))
            return null;
        if (generic.Find(candidate => candidate.GetGenericTypeDefinition() == typeof(IDictionary<,>)) is { } names)
            return (names.GetGenericArguments()[1], SettingDefinition.Name);
        return generic.Find(candidate => candidate.GetGenericTypeDefinition() == typeof(ICollection<>)) is { } numbers ? (numbers.GetGenericArguments()[0], SettingDefinition.Number) : null;
    }

    private static object? Part(object entry, string name) => entry.GetType().GetProperty(name)!.GetValue(entry);

    private static bool IsMarked<TAttribute>(PropertyInfo property)
        where TAttribute : Attribute => property.IsDefined(typeof(TAttribute));
}
