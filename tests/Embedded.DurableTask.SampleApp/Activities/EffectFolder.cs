using Microsoft.Extensions.Configuration;

namespace Embedded.DurableTask.SampleApp.Activities;

/// <summary>
/// What activities have done to the outer world: a folder with a file <c>key~n</c> for the n-th time that the effect of an idempotency key was asked for.
/// Whoever gets the first has made the effect; the others find it made.
/// </summary>
public sealed class EffectFolder(IConfiguration configuration)
{
    private readonly string? _folder = configuration["SampleApp:EffectFolder"];

    /// <returns>1 for the first that asks, 2 for the next, …, whichever process it is in.</returns>
    public int Make(string key)
    {
        var folder = _folder ?? throw new InvalidOperationException("The setting SampleApp:EffectFolder is missing.");
        for (var times = 1; ; times++)
        {
            try
            {
                using var file = new FileStream(Path.Combine(folder, $"{key}~{times}"), FileMode.CreateNew);
                return times;
            }
            catch (IOException) when (File.Exists(Path.Combine(folder, $"{key}~{times}")))
            {
                // Asked for before.
            }
        }
    }
}
