using Orchestrator.TestKit.Apps;

namespace Orchestrator.EndToEnd.Tests.Cli;

[Collection(OrchestratorCommand.OneAtATime)]
public abstract class DemoTests(PlatformMode mode) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orchestrator-demo-").FullName;

    private string Report => Path.Combine(_folder, "out", "report.md");

    public Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "texts"));
        for (var number = 1; number <= 3; number++)
            File.WriteAllText(Path.Combine(_folder, "texts", $"note{number}.md"), $"# Note {number}\n\nQuick foxes jump high. Lazy dogs sleep.\n");
        File.WriteAllText(Path.Combine(_folder, "texts", "left-out.txt"), "Not asked for.");
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Demo_FolderOfTexts_WritesTheReportAndLeavesNothingRunning()
    {
        await using var command = Demo();

        var exitCode = await command.ExitAsync();

        Assert.True(exitCode == 0, command.Process.Transcript);
        Assert.Equal([], command.Process.Errors);
        Assert.Contains($"Report: {Report}", command.Process.Output);
        Assert.Equal(5, command.Process.Output.Count(line => line.StartsWith("Succeeded ", StringComparison.Ordinal)));
        var report = await File.ReadAllTextAsync(Report);
        Assert.All(["note1.md", "note2.md", "note3.md"], name => Assert.Contains(name, report, StringComparison.Ordinal));
        Assert.DoesNotContain("left-out", report, StringComparison.Ordinal);
        Assert.Equal([], command.Running());
    }

    [Fact]
    public async Task Demo_OneFileIsNoText_FailsNamingItsTask()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "texts", "broken.md"), [0, 1, 2, 3]);
        await using var command = Demo();

        var exitCode = await command.ExitAsync();

        Assert.True(exitCode == 1, command.Process.Transcript);
        var line = Assert.Single(command.Process.Errors);
        Assert.Equal(
            $"text.digest broken.md: file_not_text: {Path.Combine(_folder, "texts", "broken.md")} is not a text file: it holds a NUL character.", line);
        Assert.Contains($"Report: {Report}", command.Process.Output);
        Assert.Equal([], command.Running());
    }

    [Fact]
    public async Task Demo_FolderIsMissing_FailsWithOneLine()
    {
        var missing = Path.Combine(_folder, "missing");
        await using var command = OrchestratorCommand.Start(mode, "demo", "--folder", missing);

        var exitCode = await command.ExitAsync();

        Assert.Equal(1, exitCode);
        Assert.Equal([$"Folder {missing} does not exist: give --folder a folder with texts to digest."], command.Process.Errors);
        Assert.Equal([], command.Running());
    }

    [Fact]
    public async Task Demo_CtrlCWhileItStarts_LeavesNothingRunning()
    {
        // So many that it is not over before the key is pressed, however late we come to it.
        for (var number = 4; number < 500; number++)
            await File.WriteAllTextAsync(Path.Combine(_folder, "texts", $"note{number}.md"), $"# Note {number}\n\nQuick foxes jump high.\n");
        await using var command = Demo();
        await command.WhenItSaysAsync("Storage: ");

        command.PressCtrlC();
        var exitCode = await command.ExitAsync();

        Assert.True(exitCode == 130, $"It ended with {exitCode}.{Environment.NewLine}{command.Process.Transcript}");
        Assert.Equal([], command.Running());
    }

    private OrchestratorCommand Demo() =>
        OrchestratorCommand.Start(mode, "demo", "--folder", Path.Combine(_folder, "texts"), "--pattern", "*.md", "--output", Report);

    public sealed class Normal() : DemoTests(PlatformMode.Normal);

    public sealed class Hostile() : DemoTests(PlatformMode.Hostile);
}
