using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Infra.Tests.Bicep.Compiling;

/// <summary>
/// The Bicep compiler, as one process for all tests: a start takes a second, a compilation some milliseconds. It needs no cloud: it knows the types of all
/// resources, and works out what a deployment would make.
/// </summary>
internal static class BicepCompiler
{
    /// <summary>The subscription that deployments are worked out for.</summary>
    public const string Subscription = "00000000-0000-0000-0000-000000000001";

    private static readonly Lazy<JsonRpcProcess> Compiler = new(Start);

    /// <summary>Whatever the compiler and its linter have to say of a file and the modules that it calls.</summary>
    /// <param name="path">A .bicep or .bicepparam file.</param>
    /// <param name="folder">Findings name files from there.</param>
    public static IReadOnlyList<Finding> Diagnose(string path, string folder)
    {
        var isParameters = path.EndsWith(".bicepparam", StringComparison.Ordinal);
        var parameters = Of(path);
        if (isParameters)
            parameters["parameterOverrides"] = new JsonObject();
        var answer = Compiler.Value.Call(isParameters ? "bicep/compileParams" : "bicep/compile", parameters);
        return [.. answer.GetProperty("diagnostics").EnumerateArray().Select(diagnostic => Read(diagnostic, folder))];
    }

    /// <summary>The deployment that a file of parameters stands for, worked out as far as it can be before it is made.</summary>
    public static JsonElement Predict(string parametersPath, string location)
    {
        var request = Of(parametersPath);
        request["metadata"] = new JsonObject { ["subscriptionId"] = Subscription, ["location"] = location, ["deploymentName"] = "main" };
        return JsonDocument.Parse(Compiler.Value.Call("bicep/getSnapshot", request).GetProperty("snapshot").GetString()!).RootElement;
    }

    /// <summary>The parameters and outputs of a file, each with its description and its place.</summary>
    public static JsonElement Describe(string path) => Compiler.Value.Call("bicep/getMetadata", Of(path));

    /// <summary>All files that a compilation reads, itself included.</summary>
    public static IReadOnlyList<string> References(string path) =>
        [.. Compiler.Value.Call("bicep/getFileReferences", Of(path)).GetProperty("filePaths").EnumerateArray().Select(file => file.GetString()!)];

    /// <summary>The number of a line as editors count, of an answer's range.</summary>
    public static int Line(JsonElement range) => range.GetProperty("start").GetProperty("line").GetInt32() + 1;

    private static Finding Read(JsonElement diagnostic, string folder) => new(
        $"{Path.GetRelativePath(folder, diagnostic.GetProperty("source").GetString()!).Replace('\\', '/')}:{Line(diagnostic.GetProperty("range"))}",
        $"{diagnostic.GetProperty("code").GetString()}: {diagnostic.GetProperty("message").GetString()}");

    private static JsonObject Of(string path) => new() { ["path"] = path };

    private static JsonRpcProcess Start()
    {
        var program = typeof(BicepCompiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "BicepProgram").Value!;
        var start = new ProcessStartInfo(program, ["jsonrpc", "--stdio"]);
        // What azd sets; files of parameters read it.
        foreach (var (name, value) in AzdVariables.Values)
            start.Environment[name] = value;
        return new JsonRpcProcess(start);
    }
}
