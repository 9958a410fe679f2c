using Embedded.Functions.Extensibility;

namespace Embedded.Functions.Configuration;

/// <summary>
/// <c>functionTimeout</c> of host.json: after it the invocation's cancellation token fires. The real host then ends the whole
/// process; here a function that does not heed its token goes on, because one process holds everything.
/// </summary>
/// <param name="Limit">Default 30 minutes; null for none (<c>-1</c>).</param>
internal sealed record FunctionTimeout(TimeSpan? Limit)
{
    public static FunctionTimeout Read(HostJson hostJson)
    {
        var setting = hostJson.Root.GetSection("functionTimeout");
        if (setting.Value is "-1")
            return new FunctionTimeout(Limit: null);
        var reader = new SettingReader(SettingReader.HostJson);
        var limit = reader.Duration(setting, TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(1), TimeSpan.FromDays(10));
        reader.ThrowIfFaulty();
        return new FunctionTimeout(limit);
    }
}
