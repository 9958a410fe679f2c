using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orchestrator.Agents.Samples.Files;
using Orchestrator.Agents.Samples.Reports;
using Orchestrator.Agents.Samples.Text;
using Orchestrator.Configuration;

namespace Orchestrator.Agents.Samples;

/// <summary>Registers the sample agents.</summary>
public static class SampleAgentsServiceCollectionExtensions
{
    /// <summary>
    /// Adds <c>files.list</c>, <c>text.digest</c> and <c>report.markdown</c>: agents that do real work without a network.
    /// The folders they may touch are settings, see <see cref="FileAccessOptions"/>.
    /// </summary>
    public static IServiceCollection AddSampleAgents(this IServiceCollection services)
    {
        services.AddSettings<FileAccessOptions>(FileAccessOptions.SectionName);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<FileAccessOptions>, FileAccessOptionsValidator>());
        services.TryAddSingleton<FileAccessRules>();

        return services
            .AddAgent<FilesListAgent>(FilesListAgent.TaskType, agent => agent
                .Described("Lists the files of a folder that match a pattern.")
                .WithInput<FilesListInput>()
                .WithTimeLimit(TimeSpan.FromMinutes(2)))
            .AddAgent<TextDigestAgent>(TextDigestAgent.TaskType, agent => agent
                .Described("Digests a text file: words, sentences, readability, key terms, longest sentence.")
                .WithInput<TextDigestInput>()
                .WithTimeLimit(TimeSpan.FromMinutes(1)))
            .AddAgent<MarkdownReportAgent>(MarkdownReportAgent.TaskType, agent => agent
                .Described("Makes one Markdown report of digests.")
                .WithInput<MarkdownReportInput>()
                .WithTimeLimit(TimeSpan.FromMinutes(1)));
    }
}
