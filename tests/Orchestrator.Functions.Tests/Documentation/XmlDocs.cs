using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Orchestrator.Functions.Tests.Documentation;

/// <summary>The comments of the code, as the compiler writes them beside the assemblies.</summary>
internal static partial class XmlDocs
{
    private static readonly Dictionary<Assembly, Dictionary<string, XElement>> Read = [];

    /// <summary>The comment of a property, in Markdown: its summary, then its remarks; empty when it has none.</summary>
    public static string Of(PropertyInfo property)
    {
        var member = Members(property.DeclaringType!.Assembly).GetValueOrDefault($"P:{property.DeclaringType.FullName}.{property.Name}");
        return string.Join(' ', new[] { member?.Element("summary"), member?.Element("remarks") }.OfType<XElement>().Select(Text)).Trim();
    }

    private static Dictionary<string, XElement> Members(Assembly assembly)
    {
        lock (Read)
        {
            if (!Read.TryGetValue(assembly, out var members))
            {
                var file = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"));
                Read[assembly] = members = file.Descendants("member").ToDictionary(member => (string)member.Attribute("name")!, StringComparer.Ordinal);
            }

            return members;
        }
    }

    private static string Text(XElement element)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement { Name.LocalName: "see" } link when link.Attribute("href") is { } address => $"[{link.Value}]({address.Value})",
                XElement { Name.LocalName: "see" } reference => $"`{((string?)reference.Attribute("cref") ?? "").Split('.')[^1]}`",
                XElement other => Text(other),
                _ => "",
            });
        }

        return Spaces().Replace(text.ToString(), " ").Trim();
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
