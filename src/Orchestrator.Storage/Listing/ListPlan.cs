using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Listing;

/// <summary>How a query is answered: by the rows of one index, the likely smallest, with the other filters applied to the tasks.</summary>
/// <param name="Prefix">What the row keys of the index begin with; an inverted id follows.</param>
/// <param name="IsResolved">Whether its rows hold only the id, and the task rows are to be read.</param>
/// <param name="IsFiltered">Whether tasks of the index may fail other filters.</param>
internal sealed record ListPlan(string Prefix, bool IsResolved, bool IsFiltered)
{
    public static ListPlan Of(TaskQuery query)
    {
        string? prefix = query switch
        {
            { Correlation: { } correlation } => TaskKeys.CorrelationPrefix(correlation),
            { Parent: { } parent } => TaskKeys.ParentPrefix(parent),
            { Tag: { } tag } => TaskKeys.TagPrefix(tag),
            { Agent: { } agent } => TaskKeys.AgentPrefix(agent),
            { Type: { } type } => TaskKeys.TypePrefix(type),
            _ => null,
        };
        var filters = new object?[] { query.Correlation, query.Parent, query.Tag, query.Agent, query.Type, query.State, query.Title }.Count(filter => filter is not null);
        if (prefix is not null)
        {
            // Whom a task had as an agent once is in that index for good.
            return new ListPlan(prefix, IsResolved: true, filters > 1 || query.Agent is not null);
        }

        return query.State is { } state
            ? new ListPlan(TaskKeys.StatePrefix(state), IsResolved: false, filters > 1)
            : new ListPlan(TaskKeys.TaskPrefix, IsResolved: false, filters > 0);
    }
}
