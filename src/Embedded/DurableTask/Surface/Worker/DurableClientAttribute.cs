using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks a parameter that is given a <see cref="Microsoft.DurableTask.Client.DurableTaskClient"/>.</summary>
public sealed class DurableClientAttribute : InputBindingAttribute
{
    /// <summary>The hub to use; there is but the app's own.</summary>
    public string? TaskHub { get; set; }

    /// <summary>The connection to use; there is but the app's own.</summary>
    public string? ConnectionName { get; set; }
}
