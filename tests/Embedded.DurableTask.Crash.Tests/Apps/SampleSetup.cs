using Orchestrator.TestKit.Apps;

namespace Embedded.DurableTask.Crash.Tests.Apps;

/// <summary>How the sample app is started; it was built beside the tests.</summary>
internal static class SampleSetup
{
    private const string App = "Embedded.DurableTask.SampleApp";

    private static readonly string _assembly = Path.Combine(
        AppContext.BaseDirectory.Replace(typeof(SampleSetup).Assembly.GetName().Name!, App, StringComparison.Ordinal), App + ".dll");

    /// <summary>A setup with a task hub of its own.</summary>
    public static FunctionAppSetup Create(string connectionString, EffectFiles effects) => new()
    {
        Assembly = _assembly,
        ConnectionString = connectionString,
        Environment = new Dictionary<string, string> { ["SampleApp__EffectFolder"] = effects.Folder },
    };

    /// <summary>The same hub, by a host that does not wait for the owner's death.</summary>
    public static FunctionAppSetup TakingOver(this FunctionAppSetup setup) => setup.With("Embedded__TakeOver", "true");

    /// <summary>A hub that writes its state down after so many changes, as soon as it looks: once a second.</summary>
    public static FunctionAppSetup CheckpointingAfter(this FunctionAppSetup setup, int records) =>
        setup.With("AzureFunctionsJobHost__extensions__durableTask__checkpointRecords", $"{records}");

    private static FunctionAppSetup With(this FunctionAppSetup setup, string name, string value) =>
        setup with { Environment = new Dictionary<string, string>(setup.Environment) { [name] = value } };
}
