using System.Reflection;
using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Discovery;

/// <summary>The classes among whose methods the functions are.</summary>
internal sealed record FunctionSource(IReadOnlyList<Type> Types)
{
    /// <summary>Names of assemblies to take instead of the process's own, separated by semicolons.</summary>
    public const string AssembliesKey = "Embedded:FunctionAssemblies";

    public IEnumerable<Assembly> Assemblies => Types.Select(type => type.Assembly).Distinct();

    /// <summary>The public classes of the named assemblies, or of the one the process was started with.</summary>
    /// <exception cref="HostStartException">A named assembly is not there.</exception>
    public static FunctionSource Find(IConfiguration configuration)
    {
        var names = (configuration[AssembliesKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var assemblies = names.Length > 0 ? names.Select(Load) : Assembly.GetEntryAssembly() is { } entry ? [entry] : [];
        return new FunctionSource([.. assemblies.SelectMany(assembly => assembly.GetExportedTypes()).Where(type => type.IsClass)]);
    }

    private static Assembly Load(string name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception fault) when (fault is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            throw new HostStartException($"The setting {AssembliesKey} names '{name}', but there is no such assembly: {fault.Message}", fault);
        }
    }
}
