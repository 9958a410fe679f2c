namespace Microsoft.Azure.Functions.Worker.Core;

/// <summary>Names the <see cref="WorkerExtensionStartup"/> of an extension's assembly.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true, Inherited = false)]
public class WorkerExtensionStartupAttribute : Attribute
{
    public WorkerExtensionStartupAttribute(Type startupType)
    {
        StartupType = startupType ?? throw new ArgumentNullException(nameof(startupType));
        if (!typeof(WorkerExtensionStartup).IsAssignableFrom(startupType))
            throw new ArgumentException($"{startupType} is not a {nameof(WorkerExtensionStartup)}.", nameof(startupType));
    }

    public Type StartupType { get; }
}
