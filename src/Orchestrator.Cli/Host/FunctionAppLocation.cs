using Orchestrator.Cli.Repository;

namespace Orchestrator.Cli.Host;

/// <summary>Finds the function app that was built beside this command.</summary>
internal static class FunctionAppLocation
{
    /// <summary>Prefers the build configuration that the command itself was built in.</summary>
    /// <param name="commandFolder">Where the command's own assembly is.</param>
    /// <returns>The path of its main assembly.</returns>
    /// <exception cref="CommandException">It has not been built.</exception>
    public static string Find(RepositoryRoot repository, string commandFolder)
    {
        var isRelease = commandFolder.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Contains("Release", StringComparer.Ordinal);
        string[] configurations = isRelease ? ["Release", "Debug"] : ["Debug", "Release"];
        foreach (var configuration in configurations)
        {
            var assembly = Path.Combine(
                repository.Path, "src", "Orchestrator.Functions", "bin", "Embedded", configuration, "net10.0", "Orchestrator.Functions.dll");
            if (File.Exists(assembly))
                return assembly;
        }

        throw new CommandException($"The function app has not been built: run 'dotnet build src/Orchestrator.Functions' in {repository.Path}.");
    }
}
