using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>The custom status of an execution.</summary>
internal sealed class CustomStatus
{
    /// <summary>The most it may take, in bytes of its JSON as UTF-16.</summary>
    public const int Limit = 16 * 1024;

    /// <summary>JSON; null for none.</summary>
    public string? Text { get; private set; }

    /// <summary>What the orchestration fails with at the end of the turn because the status was too long.</summary>
    public Failure? Failure { get; private set; }

    public void Set(string? json)
    {
        var size = (json?.Length ?? 0) * sizeof(char);
        if (size <= Limit)
        {
            Text = json;
            return;
        }

        Failure ??= new(
            typeof(ArgumentException).FullName!,
            $"The custom status takes {size:N0} bytes as UTF-16 encoded JSON. It must not take more than 16 KB.",
            NonRetriable: true);
    }
}
