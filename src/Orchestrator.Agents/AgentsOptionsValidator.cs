using Microsoft.Extensions.Options;
using Orchestrator.Configuration;

namespace Orchestrator.Agents;

/// <summary>Finds everything that is wrong with the agents' options at once.</summary>
internal sealed class AgentsOptionsValidator : IValidateOptions<AgentsOptions>
{
    public ValidateOptionsResult Validate(string? name, AgentsOptions options)
    {
        var faults = AnnotationFaults.Find(AgentsOptions.SectionName, options).ToList();
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
