using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core;

namespace Embedded.Functions.Discovery;

/// <summary>Runs the <see cref="WorkerExtensionStartup"/> of every extension that the functions' assemblies refer to.</summary>
internal static class ExtensionStartups
{
    private static readonly string[] FrameworkPrefixes = ["System", "Microsoft.Extensions", "Microsoft.AspNetCore", "Microsoft.CSharp", "netstandard", "mscorlib"];

    public static void Configure(FunctionSource source, IFunctionsWorkerApplicationBuilder builder)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<Assembly>(source.Assemblies);
        while (pending.TryDequeue(out var assembly))
        {
            foreach (var startup in assembly.GetCustomAttributes<WorkerExtensionStartupAttribute>())
                ((WorkerExtensionStartup)Activator.CreateInstance(startup.StartupType)!).Configure(builder);
            foreach (var reference in assembly.GetReferencedAssemblies().Where(IsNotFramework))
            {
                if (seen.Add(reference.Name!) && TryLoad(reference) is { } loaded)
                    pending.Enqueue(loaded);
            }
        }
    }

    private static bool IsNotFramework(AssemblyName name) =>
        !FrameworkPrefixes.Any(prefix => name.Name!.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>A reference that does not resolve is no extension: it is the app's own affair whether it ever needs it.</summary>
    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception fault) when (fault is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            return null;
        }
    }
}
