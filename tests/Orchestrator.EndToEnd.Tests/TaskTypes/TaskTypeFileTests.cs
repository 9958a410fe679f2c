using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.TaskTypes;

/// <summary>Task types in files that are read at start.</summary>
public abstract class TaskTypeFileTests(PlatformMode mode, AzuriteFixture azurite) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("task-types-").FullName;

    [Fact]
    public async Task Start_FilesOfBothKinds_AreInForceOverCodeAndStoredOnce()
    {
        Write("one.yaml", """
            # A comment
            name: text.digest
            description: "From YAML"
            input: { type: object, required: [path] }
            retry:
              maxAttempts: 2
              firstDelay: PT5S
            timeouts: { attempt: 00:01:00 }
            owner: ~
            tags: ["1", yes]
            """);
        Write("two.json", """{"name":"order.total","capability":"text.digest"}""");
        Write("notes.txt", "no task type");
        var setup = Setup();

        for (var start = 0; start < 2; start++)
        {
            await using var app = await FunctionApp.StartAsync(setup);
            var yaml = await app.Http.GetAnswerAsync("api/task-types/text.digest");
            var json = await app.Http.GetAnswerAsync("api/task-types/order.total");

            Assert.Equal(("file", 2, "From YAML", ""), (yaml.Text("source"), yaml.Body.GetProperty("version").GetInt32(), yaml.Text("description"), yaml.Text("owner")));
            Assert.Equal(["1", "yes"], yaml.Body.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
            Assert.Equal("PT1M", yaml.Body.GetProperty("timeouts").GetProperty("attempt").GetString());
            Assert.Equal(("file", 1), (json.Text("source"), json.Body.GetProperty("version").GetInt32()));
            await app.TerminateAsync(TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task Start_FilesAtFault_NamesEveryFaultAndEnds()
    {
        var alias = Write("alias.yaml", "name: &a x\ndescription: *a\n");
        var bad = Write("bad.json", """{"name":"a","priority":10,"input":{"$dynamicRef":"#"}}""");
        var good = Write("good.json", """{"name":"good"}""");
        var same = Write("same.yml", "name: good\n");
        var slow = Write("slow.json", """{"name":"slow","capability":"text.digest","timeouts":{"attempt":"PT10M"}}""");
        var twice = Write("twice.yaml", "name: b\nname: c\n");

        await using var app = FunctionApp.Launch(Setup());
        var exitCode = await app.Process.Exited.WithinLimitAsync("the host ends");

        Assert.True(exitCode == 78, $"It ended with {exitCode}. {app.Process.Transcript}");
        Assert.Equal(
            [
                $"Task type file {alias}: Not usable at line 2, column 14: Aliases are not supported; write the value out.",
                $"Task type file {bad}, /input/$dynamicRef: The keyword '$dynamicRef' is not enforced, so it is refused. What only informs may begin with 'x-'.",
                $"Task type file {bad}, /priority: It is 10; it must be a whole number from 0 to 9.",
                $"Task type file {same}, /name: Task type 'good' is defined in {good} too.",
                $"Task type file {slow}, /timeouts/attempt: It is PT10M; it must be below the function time-out of PT10M, as agent 'text-digest' works in this program.",
                $"Task type file {twice}, /name: The property stands here twice.",
            ],
            app.Process.Errors);
    }

    [Fact]
    public async Task Start_NoSuchFolder_EndsNamingIt()
    {
        await using var app = FunctionApp.Launch(Setup(Path.Combine(_folder, "none")));
        await app.Process.Exited.WithinLimitAsync("the host ends");

        Assert.StartsWith($"Orchestrator:TaskTypes:Folder names {Path.Combine(_folder, "none")}, which cannot be read: ", Assert.Single(app.Process.Errors), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private FunctionAppSetup Setup(string? folder = null) => new()
    {
        ConnectionString = azurite.ConnectionString,
        Mode = mode,
        Environment = new Dictionary<string, string> { ["Orchestrator__TaskTypes__Folder"] = folder ?? _folder },
    };

    public sealed class Normal(AzuriteFixture azurite) : TaskTypeFileTests(PlatformMode.Normal, azurite), IClassFixture<AzuriteFixture>;

    public sealed class Hostile(AzuriteFixture azurite) : TaskTypeFileTests(PlatformMode.Hostile, azurite), IClassFixture<AzuriteFixture>;
}
