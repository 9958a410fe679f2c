using System.Globalization;
using System.IO.Compression;
using Orchestrator.Infra.Tests.Files;
using Orchestrator.TestKit.Processes;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Infra.Tests.Scripts;

/// <summary>
/// A folder in which scripts of <c>infra/scripts</c> run with tools in the place of az, dotnet and curl that only write down how they were called and answer
/// as they were told.
/// </summary>
internal sealed class ScriptBench : IDisposable
{
    /// <summary>Bash of the fakes: writes the call down, then takes the first answer whose pattern fits it. A call that nobody expected ends with 99.</summary>
    private const string Fake = """
        #!/usr/bin/env bash
        name=$(basename "$0")
        call=$name
        for word in "$@"; do
          case "$word" in *[\ \;\&]*) call="$call '$word'" ;; *) call="$call $word" ;; esac
        done
        if [[ $call == "az version "* ]]; then cat "$BENCH/az-version"; exit; fi
        printf '%s\n' "$call" >>"$BENCH/calls"
        if [ "$name" = curl ]; then cat >"$BENCH/curl-input"; fi
        for answer in "$BENCH"/answers/*; do
          [ -d "$answer" ] || continue
          # shellcheck disable=SC2053
          if [[ $call == $(cat "$answer/pattern") ]]; then
            if [ -f "$answer/action" ]; then . "$answer/action"; fi
            cat "$answer/output"
            cat "$answer/errors" >&2
            exit "$(cat "$answer/code")"
          fi
        done
        printf 'unexpected call: %s\n' "$call" >&2
        exit 99

        """;

    private readonly Dictionary<string, string> _environment = [];
    private int _answers;
    private string _project = RepositoryFiles.PathOf("");

    public ScriptBench()
    {
        Folder = Directory.CreateTempSubdirectory("orchestrator-scripts-").FullName;
        Directory.CreateDirectory(Path.Combine(Folder, "answers"));
        Directory.CreateDirectory(Tools);
        foreach (var name in new[] { "az", "dotnet", "curl", "gh" })
            AddTool(name);
        WithAz("2.88.0");
        foreach (var name in new[] { "AZURE_ENV_NAME", "AZURE_LOCATION", "AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP", "AZURE_FUNCTION_APP_NAME", "AZURE_STORAGE_ACCOUNT_NAME", "AZURE_FUNCTION_APP_URL" })
            _environment[name] = "";
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith("ORCHESTRATOR_", StringComparison.Ordinal)))
            _environment[name] = "";
    }

    /// <summary>All of it; removed in the end.</summary>
    public string Folder { get; }

    private string Tools => Path.Combine(Folder, "tools");

    /// <summary>Sets an environment variable for the scripts.</summary>
    public ScriptBench With(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    /// <summary>Says which version of the Azure CLI is there.</summary>
    public ScriptBench WithAz(string version)
    {
        File.WriteAllText(Path.Combine(Folder, "az-version"), version + "\n");
        return this;
    }

    /// <summary>Takes the scripts and the parameter file from a copy of the project, which has no environment of azd but those of <see cref="WithAzd"/>.</summary>
    public ScriptBench InCopy()
    {
        var scripts = Path.Combine(Folder, "project", "infra", "scripts");
        Directory.CreateDirectory(scripts);
        foreach (var file in Directory.GetFiles(RepositoryFiles.PathOf("infra/scripts")))
            File.Copy(file, Path.Combine(scripts, Path.GetFileName(file)));
        File.Copy(RepositoryFiles.PathOf("infra/main.bicepparam"), Project("infra/main.bicepparam"));
        _project = Path.Combine(Folder, "project");
        return this;
    }

    /// <summary>Makes an environment of azd in the copy.</summary>
    /// <param name="lines">Of its .env, as azd writes them.</param>
    public ScriptBench WithAzd(string environment, params string[] lines)
    {
        Directory.CreateDirectory(Project($".azure/{environment}"));
        File.WriteAllLines(Project($".azure/{environment}/.env"), lines);
        return this;
    }

    /// <summary>Path of a file of the copy.</summary>
    public string Project(string path) => Path.Combine(Folder, "project", path);

    /// <summary>Answers calls that fit a pattern of bash. The first answer that fits is given.</summary>
    /// <param name="action">Bash that runs first; <c>$@</c> are the call's arguments.</param>
    public ScriptBench Answer(string pattern, string output = "", int exitCode = 0, string errors = "", string? action = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, "answers", (_answers++).ToString("000", CultureInfo.InvariantCulture))).FullName;
        File.WriteAllText(Path.Combine(folder, "pattern"), pattern);
        File.WriteAllText(Path.Combine(folder, "output"), output.Length == 0 ? "" : output + "\n");
        File.WriteAllText(Path.Combine(folder, "errors"), errors.Length == 0 ? "" : errors + "\n");
        File.WriteAllText(Path.Combine(folder, "code"), exitCode.ToString(CultureInfo.InvariantCulture));
        if (action is not null)
            File.WriteAllText(Path.Combine(folder, "action"), action);
        return this;
    }

    /// <summary>Answers requests of curl.</summary>
    /// <param name="address">How the address begins or goes on, a pattern of bash.</param>
    public ScriptBench AnswerHttp(string address, int status, string body) => Answer(
        $"curl *{address}", $"{status}", action: $$"""
        while [ $# -gt 0 ]; do
          if [ "$1" = --output ]; then printf '%s' '{{body}}' >"$2"; fi
          shift
        done
        """);

    /// <summary>A package as package.sh makes it, as far as deploy.sh looks at it.</summary>
    /// <returns>Its path.</returns>
    public string Package(string version, string release)
    {
        var path = Path.Combine(Folder, $"orchestrator-{version}.zip");
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        using var writer = new StreamWriter(zip.CreateEntry("release.txt").Open());
        writer.Write(release);
        return path;
    }

    /// <summary>Runs a script, from a folder that is not the repository's.</summary>
    /// <param name="script">Its name in <c>infra/scripts</c>.</param>
    public Task<ScriptRun> RunAsync(string script, params string[] arguments) => RunAsync(script, Folder, [Path.Combine(_project, "infra", "scripts", script), .. arguments]);

    /// <summary>Runs lines of bash from the repository's folder, as somebody does who follows a page.</summary>
    public Task<ScriptRun> RunLinesAsync(string lines)
    {
        var path = Path.Combine(Folder, "lines.sh");
        File.WriteAllText(path, $"set -euo pipefail\n{lines}\n");
        return RunAsync("what a page says", RepositoryFiles.Root, [path]);
    }

    private async Task<ScriptRun> RunAsync(string what, string folder, string[] words)
    {
        var calls = Path.Combine(Folder, "calls");
        File.Delete(calls);
        var environment = new Dictionary<string, string>(_environment)
        {
            ["BENCH"] = Folder,
            ["PATH"] = $"{Tools}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}",
        };
        await using var process = TestProcess.Start("bash", words, environment, folder);
        var exitCode = await process.Exited.WithinLimitAsync($"{what} ends. It wrote:{Environment.NewLine}{process.Transcript}");
        return new ScriptRun(exitCode, process.Output, process.Errors, File.Exists(calls) ? await File.ReadAllLinesAsync(calls) : []);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void AddTool(string name)
    {
        var path = Path.Combine(Tools, name);
        File.WriteAllText(path, Fake);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
