using System.Globalization;
using System.Reflection;
using Azure.Data.Tables;
using Embedded.DurableTask.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Surface;

/// <summary>Holds <c>docs/reference/embedded-platform.md</c> against the assemblies that it describes.</summary>
public sealed class PlatformReferenceTests
{
    /// <summary>The environment variable that has the page written instead of compared.</summary>
    private const string Update = "UPDATE_REFERENCE";

    private static readonly string Page = Path.Combine(Repository(), "docs", "reference", "embedded-platform.md");

    /// <summary>What <c>host.json</c> does not speak of.</summary>
    private static readonly string[] NotInHostJson = [nameof(DurableTaskOptions.AbandonedWaitsTakeEvents), nameof(DurableTaskOptions.TakeOver)];

    private static Assembly[] Assemblies => [typeof(TableClient).Assembly, typeof(FunctionContext).Assembly, typeof(DurableTaskClient).Assembly];

    [Fact]
    public void Offered_IsWhatTheAssembliesOffer()
    {
        var page = File.ReadAllText(Page);
        var written = Assemblies.Aggregate(page, Rewrite);
        if (Environment.GetEnvironmentVariable(Update) is { Length: > 0 })
        {
            File.WriteAllText(Page, written);
            return;
        }

        Assert.True(
            page == written,
            $"docs/reference/embedded-platform.md does not say what the assemblies offer now. Write it anew with {Update}=1 dotnet test tests/Embedded.DurableTask.Tests "
            + $"--filter {nameof(PlatformReferenceTests)}, and look at what has changed: {FirstDifference(page, written)}");
    }

    [Fact]
    public void NotOffered_IsNotOffered()
    {
        var types = Assemblies.SelectMany(OfferedSurface.Types).ToLookup(type => OfferedSurface.NameOf(type), StringComparer.Ordinal);
        var members = types.SelectMany(group => group).SelectMany(OfferedSurface.MemberNames).ToHashSet(StringComparer.Ordinal);

        var rows = Section("What is not offered").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var named = rows.SelectMany(row => row.Split('|')[1].Split('`').Where((_, place) => place % 2 == 1)).ToList();
        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, IsOffered);

        bool IsOffered(string name) => name.LastIndexOf('.') is var dot and > 0 && types.Contains(name[..dot])
            ? types[name[..dot]].SelectMany(OfferedSurface.MemberNames).Contains(name[(dot + 1)..], StringComparer.Ordinal)
            : types.Contains(name) || members.Contains(name);
    }

    [Fact]
    public void Settings_OfHostJson_AreThoseThatAreRead_WithTheirDefaults()
    {
        AssertSettings(new DurableTaskOptions(), "extensions.durableTask", Section("Settings").Split('\n'));
    }

    private static void AssertSettings(object options, string path, string[] lines)
    {
        foreach (var property in options.GetType().GetProperties().Where(property => !NotInHostJson.Contains(property.Name, StringComparer.Ordinal)))
        {
            var key = $"{path}.{char.ToLowerInvariant(property.Name[0])}{property.Name[1..]}";
            if (property.GetValue(options) is StorageProviderOptions part)
            {
                AssertSettings(part, key, lines);
                continue;
            }

            var row = Assert.Single(lines, line => line.StartsWith($"| `{key}` |", StringComparison.Ordinal));
            var expected = property.Name.StartsWith("MaxConcurrent", StringComparison.Ordinal)
                ? "10 per processor"
                : Convert.ToString(property.GetValue(options) is int number ? number.ToString("N0", CultureInfo.InvariantCulture) : $"`{property.GetValue(options)}`", CultureInfo.InvariantCulture);
            Assert.Equal(expected, row.Split('|')[3].Trim());
        }
    }

    /// <summary>Puts what an assembly offers in the place of what the page says of it.</summary>
    private static string Rewrite(string page, Assembly assembly)
    {
        var name = assembly.GetName().Name;
        var (begin, end) = ($"<!-- offered by {name} -->\n\n", $"\n\n<!-- end of {name} -->");
        var (from, to) = (page.IndexOf(begin, StringComparison.Ordinal), page.IndexOf(end, StringComparison.Ordinal));
        Assert.True(from >= 0 && to > from, $"docs/reference/embedded-platform.md must hold '{begin.Trim()}' and behind it '{end.Trim()}'.");
        return page[..(from + begin.Length)] + OfferedSurface.Write(assembly) + page[to..];
    }

    private static string Section(string title)
    {
        var page = File.ReadAllText(Page);
        var from = page.IndexOf($"\n## {title}\n", StringComparison.Ordinal);
        Assert.True(from >= 0, $"docs/reference/embedded-platform.md must have a section '{title}'.");
        return page.IndexOf("\n## ", from + 1, StringComparison.Ordinal) is var to and > 0 ? page[from..to] : page[from..];
    }

    private static string FirstDifference(string page, string written) =>
        page.Split('\n').Zip(written.Split('\n')).FirstOrDefault(lines => lines.First != lines.Second) is ({ } first, { } second)
            ? $"'{first}' is now '{second}'."
            : "lines at the end.";

    private static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"There is no repository around {AppContext.BaseDirectory}.");
    }
}
