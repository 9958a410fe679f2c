using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agents;
using Orchestrator.Agents.Builtin;
using Orchestrator.Agents.Callbacks;
using Orchestrator.Agents.Samples;
using Orchestrator.Configuration;
using Orchestrator.Functions.Startup;
using Orchestrator.Storage;

namespace Orchestrator.Functions.Tests.Documentation;

/// <summary>Holds docs/reference/settings.md against the classes of options, whose comments are its text.</summary>
public sealed class SettingsReferenceTests
{
    private static readonly IReadOnlyList<SettingsSection> Sections = AllSections();

    [Fact]
    public void Page_AgainstTheCode_SaysTheSame()
    {
        var page = new DocumentedPage("settings.md", nameof(SettingsReferenceTests));

        Assert.Equal(Sections.Select(section => section.Name).Order(StringComparer.Ordinal), page.Parts.Order(StringComparer.Ordinal));
        foreach (var section in Sections)
            page.Replace(section.Name, Table(section));
        page.AssertUpToDate();
    }

    [Fact]
    public void Sections_EveryClassOfOptions_IsRegisteredAsOne()
    {
        var classes = new[] { typeof(SettingsSection), typeof(StorageOptions), typeof(AgentsOptions), typeof(StartCheck), typeof(Orchestrator.Retention.RetentionOptions) }
            .SelectMany(type => type.Assembly.GetTypes())
            .Where(type => !Sections.Any(section => section.Settings.Any(setting => setting.Property?.DeclaringType == type && section.OptionsType != type)))
            .Where(type => type.GetField("SectionName", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() is string name && name.StartsWith("Orchestrator:", StringComparison.Ordinal))
            .Select(type => type.Name);

        Assert.Equal(classes.Order(StringComparer.Ordinal), Sections.Select(section => section.OptionsType.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Settings_All_HaveACommentAndARuleThatIsARule()
    {
        Assert.All(Sections.SelectMany(section => section.Settings), setting => Assert.NotEqual("", TextOf(setting)));
        Assert.All(
            Sections.SelectMany(section => section.Settings).SelectMany(setting => setting.Property?.GetCustomAttributes<ValidationAttribute>() ?? []),
            rule => Assert.StartsWith("must ", rule.ErrorMessage, StringComparison.Ordinal));
    }

    private static IReadOnlyList<SettingsSection> AllSections()
    {
        var configuration = new ConfigurationBuilder().Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration)
            .AddOrchestratorStorage(configuration).AddOrchestratorAgents().AddBuiltInAgents().AddSampleAgents().AddCallbacks().AddOrchestratorFunctions();
        return [.. services.Where(service => service.ServiceType == typeof(SettingsSection)).Select(service => (SettingsSection)service.ImplementationInstance!)];
    }

    private static string Table(SettingsSection section)
    {
        var table = new StringBuilder("| Key | Value | Default | Changes |\n|---|---|---|---|\n");
        foreach (var setting in section.Settings)
        {
            table.Append(CultureInfo.InvariantCulture, $"| `{setting.Key[(section.Name.Length + 1)..]}` | {Value(setting)} | {Default(section, setting)} | {(setting.IsLive ? "at once" : "at the next start")} |\n");
        }

        return table.ToString();
    }

    private static string Value(SettingDefinition setting)
    {
        var text = TextOf(setting).Replace("|", @"\|", StringComparison.Ordinal);
        var range = setting.Property?.GetCustomAttribute<RangeAttribute>() is { } rule ? $" {Number(rule.Minimum)} to {Number(rule.Maximum)}." : "";
        var names = (Nullable.GetUnderlyingType(setting.ValueType) ?? setting.ValueType) is { IsEnum: true } type ? $" One of {string.Join(", ", Enum.GetNames(type).Select(name => $"`{name}`"))}." : "";
        return text + range + names;
    }

    private static string TextOf(SettingDefinition setting) => setting.Property is { } property
        ? XmlDocs.Of(property)
        : Sections.First(section => section.Settings.Contains(setting)).OptionsType.GetCustomAttribute<SecretEntriesAttribute>()!.Description;

    private static string Default(SettingsSection section, SettingDefinition setting) => section.DefaultOf(setting) switch
    {
        null => "none",
        "" when setting.IsSecret => "none",
        "" => "empty",
        var text when int.TryParse(text, out var number) => number.ToString("N0", CultureInfo.InvariantCulture),
        var text => $"`{text}`",
    };

    private static string Number(object bound) => bound is int number ? number.ToString("N0", CultureInfo.InvariantCulture) : $"`{bound}`";
}
