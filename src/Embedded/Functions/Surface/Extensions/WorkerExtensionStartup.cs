namespace Microsoft.Azure.Functions.Worker.Core;

/// <summary>Where an extension registers itself; found through <see cref="WorkerExtensionStartupAttribute"/>.</summary>
public abstract class WorkerExtensionStartup
{
    public abstract void Configure(IFunctionsWorkerApplicationBuilder applicationBuilder);
}
