using Orchestrator.TestKit.Processes;

namespace Orchestrator.Infra.Tests.Scripts;

public sealed class RollbackTests : IDisposable
{
    private const string Task = """{ "id": "01M822VX9M01WX8Y841K0EEBGT", "state": "Succeeded" }""";

    private readonly ScriptBench _bench = new ScriptBench().InCopy().With("AZURE_ENV_NAME", "test").With("ORCHESTRATOR_API_KEY", "ork_key")
        .Answer("az account show*")
        .Answer("az group list*", "rg-test")
        .Answer("az functionapp list*", "func-test\tfunc-test.azurewebsites.net")
        .Answer("az functionapp config appsettings list*", "https://sttest.blob.core.windows.net/");

    public void Dispose() => _bench.Dispose();

    [BashFact]
    public async Task Rollback_WithoutVersion_DeploysTheLastThatWorkedBeforeAndNotesWhatWasLeft()
    {
        Deployed("1.2.0 -", "1.1.5 - left", "1.1.0 worked", "1.0.0 worked");
        Running("1.2.0");

        var run = await _bench.RunAsync("rollback.sh");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(
            [
                "Looking for the last version that worked ...", "  from 1.2.0 back to 1.1.0", "Fetching version 1.1.0 ...",
                "Environment test: func-test in rg-test, https://func-test.azurewebsites.net", "Checking the schema of the store ...",
                "  the package writes schema 2, the newest deployed so far 2", "Keeping the package as packages/1.1.0.zip in sttest ...", "  it is kept already",
            ],
            run.Output.Take(8));
        Assert.Equal("Version 1.1.0 works in test.", run.Output[^1]);
        Assert.Contains(run.Calls, call => call.StartsWith("az storage blob download --name 1.1.0.zip --file /", StringComparison.Ordinal));
        Assert.Single(run.Calls, call => call.Contains("config-zip", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Calls, call => call.Contains("blob upload", StringComparison.Ordinal));
        Assert.Equal(["1.2.0"], Left(run));
    }

    [BashFact]
    public async Task Rollback_AgainAfterOne_GoesOneStepFurtherAndNotForward()
    {
        Deployed("1.1.0 worked", "1.2.0 worked left", "1.0.0 worked");
        Running("1.1.0");

        var run = await _bench.RunAsync("rollback.sh");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal("  from 1.1.0 back to 1.0.0", run.Output[1]);
        Assert.Equal("Version 1.0.0 works in test.", run.Output[^1]);
        Assert.Equal(["1.1.0"], Left(run));
    }

    [BashFact]
    public async Task Rollback_VersionIsLeft_KeepsWhatIsNotedOfIt()
    {
        Deployed("1.2.0 worked", "1.1.0 worked");
        Running("1.2.0");

        var run = await _bench.RunAsync("rollback.sh");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.StartsWith(
            "az storage blob metadata update --name 1.2.0.zip --output none --metadata version=1.2.0 hub=Orchestrator storeschema=2 sha256=SUM-1.2.0"
                + " deployed=2026-11-20T10:00:00Z worked=2026-11-20T10:05:00Z left=",
            Assert.Single(run.Calls, call => call.Contains(" left=", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.True(Position(run, " left=") < Position(run, "config-zip"), run.Transcript);
    }

    [BashFact]
    public async Task Rollback_WhatWasLeftCannotBeNoted_SendsNothing()
    {
        _bench.Answer("az storage blob metadata update*left=*", exitCode: 1, errors: "AuthorizationPermissionMismatch");
        Deployed("1.2.0 worked", "1.1.0 worked");
        Running("1.2.0");

        var run = await _bench.RunAsync("rollback.sh");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("FAILED: it could not be noted at version 1.2.0 that it was gone back from, so nothing is deployed.", run.Errors[1]);
        Assert.DoesNotContain(run.Calls, call => call.Contains("config-zip", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Rollback_ToANamedVersion_LeavesAllThatWereDeployedAfterIt()
    {
        Deployed("1.2.0 worked", "1.1.5 - left", "1.1.0 worked", "1.0.0 worked");
        Running("1.2.0");

        var run = await _bench.RunAsync("rollback.sh", "1.0.0");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal("Version 1.0.0 works in test.", run.Output[^1]);
        Assert.Equal(["1.2.0", "1.1.0"], Left(run));
    }

    [BashFact]
    public async Task Rollback_ToAVersionThatWasLeft_IsAStepForwardAndLeavesNothing()
    {
        Deployed("1.1.0 worked", "1.2.0 worked left");
        Running("1.1.0");

        var run = await _bench.RunAsync("rollback.sh", "1.2.0");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal("Version 1.2.0 works in test.", run.Output[^1]);
        Assert.Equal([], Left(run));
    }

    [BashFact]
    public async Task Rollback_AnotherVersionRunsThanWasNoted_Refuses()
    {
        Deployed("1.2.0 worked", "1.1.0 worked");
        Running("1.3.0");

        var run = await _bench.RunAsync("rollback.sh");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            [
                "FAILED: version 1.3.0 runs, and the one noted last is 1.2.0: which is the one before cannot be said.",
                "  It was deployed with azd or with --no-keep, or 1.2.0 did not come through. See what is kept with --list, and name the version to go to.",
            ],
            run.Errors);
        Assert.DoesNotContain(run.Calls, call => call.Contains("config-zip", StringComparison.Ordinal) || call.Contains("metadata update", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Rollback_TheOneBeforeStillAnswers_DeploysItAgain()
    {
        Deployed("1.2.0 -", "1.1.0 worked");
        Running("1.1.0");

        var run = await _bench.RunAsync("rollback.sh");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal("  1.2.0 was deployed last, and 1.1.0 still answers: it is deployed again", run.Output[1]);
        Assert.Equal("Version 1.1.0 works in test.", run.Output[^1]);
    }

    [BashFact]
    public async Task Rollback_AppDoesNotAnswer_GoesByWhatWasNoted()
    {
        Deployed("1.2.0 -", "1.1.0 worked");
        Running("");

        var run = await _bench.RunAsync("rollback.sh");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal("  the app does not answer; by what was noted, from 1.2.0 back to 1.1.0", run.Output[1]);
        Assert.Equal("Version 1.1.0 works in test.", run.Output[^1]);
    }

    [BashTheory]
    [InlineData("1.0.0 -")]
    [InlineData("1.0.0 worked")]
    [InlineData("1.0.0 worked", "1.2.0 worked left")]
    public async Task Rollback_NothingWorkedBefore_SaysSo(params string[] deployed)
    {
        Deployed(deployed);
        Running("1.0.0");

        var run = await _bench.RunAsync("rollback.sh");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            [
                "FAILED: there is no version to go back to: none but 1.0.0 was deployed, worked, and was not gone back from.",
                "  See what is kept with --list, and name one. A first deployment has nothing before it: mend it and deploy again.",
            ],
            run.Errors);
    }

    [BashFact]
    public async Task Rollback_VersionIsNotKept_SaysSoAndDeploysNothing()
    {
        _bench.Answer("az storage blob list*").Answer("az storage blob download*", exitCode: 3, errors: "BlobNotFound");

        var run = await _bench.RunAsync("rollback.sh", "0.9.0");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            ["BlobNotFound", "FAILED: the package packages/0.9.0.zip of sttest could not be fetched. 'rollback.sh --list' shows what is kept."], run.Errors.Take(2));
        Assert.DoesNotContain(run.Calls, call => call.Contains("config-zip", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Rollback_List_OnlyLists()
    {
        _bench.Answer("az storage blob list*", "Version  Hub");

        var run = await _bench.RunAsync("rollback.sh", "--list");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(["Version  Hub"], run.Output);
        Assert.Equal(5, run.Calls.Count);
    }

    /// <summary>The versions at which it was noted that they were gone back from.</summary>
    private static IEnumerable<string> Left(ScriptRun run) => run.Calls
        .Where(call => call.StartsWith("az storage blob metadata update ", StringComparison.Ordinal) && call.Contains(" left=", StringComparison.Ordinal))
        .Select(call => call.Split("--name ")[1].Split(".zip")[0]);

    private static int Position(ScriptRun run, string text) => run.Calls.ToList().FindIndex(call => call.Contains(text, StringComparison.Ordinal));

    /// <summary>Packages that were deployed, a day after another, and can be fetched.</summary>
    /// <param name="versions">The one deployed last first: the version, <c>worked</c> where it was noted, <c>left</c> where it was gone back from.</param>
    private void Deployed(params string[] versions)
    {
        var rows = new List<string>();
        foreach (var words in versions.Select(version => version.Split(' ')))
        {
            var (version, day) = (words[0], $"2026-11-{20 - rows.Count}T10");
            var worked = words.Contains("worked") ? $"{day}:05:00Z" : "-";
            rows.Add($"{day}:00:00Z\t{version}\t{worked}\t{(words.Contains("left") ? $"{day}:30:00Z" : "-")}");
            var package = _bench.Package(version, $"version={version}\nhub=Orchestrator\nstoreSchema=2\n");
            _bench.Answer($"az storage blob list --include m --prefix {version}.zip --query*worked*", action: $"printf '%s\\t%s\\n' \"$(sha256sum <'{package}' | cut -d ' ' -f 1)\" '{worked}'")
                .Answer($"az storage blob list --include m --prefix {version}.zip --output*worked*", $"{version}\tOrchestrator\t2\tSUM-{version}\t{day}:00:00Z\t{worked}")
                .Answer($"az storage blob download --name {version}.zip *", action: $$"""while [ $# -gt 0 ]; do if [ "$1" = --file ]; then cp '{{package}}' "$2"; fi; shift; done""");
        }

        // In the order of names, as storage lists them.
        _bench.Answer("az storage blob list*metadata.left*", string.Join('\n', rows.OrderBy(row => row.Split('\t')[1], StringComparer.Ordinal)))
            .Answer("az storage blob list*storeschema*", "1\n2")
            .Answer("az storage blob metadata update*");
    }

    /// <summary>The version that answers until another one is sent; empty: the app does not answer until then.</summary>
    private void Running(string version)
    {
        File.WriteAllText(Path.Combine(_bench.Folder, "running"), version);
        _bench.Answer(
                "az functionapp deployment source config-zip*",
                action: """while [ $# -gt 0 ]; do if [ "$1" = --src ]; then unzip -p "$2" release.txt | sed -n 's/^version=//p' | tr -d '\n' >"$BENCH/running"; fi; shift; done""")
            .Answer(
                "curl */api/health/live",
                action: """
                if [ ! -s "$BENCH/running" ]; then exit 22; fi
                if [[ $call == *--output* ]]; then
                  while [ $# -gt 0 ]; do if [ "$1" = --output ]; then printf '{ "status": "live", "version": "%s" }' "$(cat "$BENCH/running")" >"$2"; fi; shift; done
                  printf 200
                else
                  printf '{ "status": "live", "version": "%s" }' "$(cat "$BENCH/running")"
                fi
                """)
            .AnswerHttp("/api/health/ready", 200, "{}")
            .AnswerHttp("/api/tasks", 202, Task)
            .AnswerHttp("/api/tasks/*wait=20", 200, Task)
            .AnswerHttp("/api/tasks/*/events", 200, """{ "events": [{ "type": "Submitted" }, { "type": "Started" }, { "type": "Succeeded" }] }""");
    }
}
