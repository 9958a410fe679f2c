namespace Orchestrator.Cli.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly TestSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("--port is 0; it must be 1 to 65535.", "up", "--port", "0")]
    [InlineData("--port is 65536; it must be 1 to 65535.", "demo", "--port", "65536")]
    [InlineData("--max-files is 1001; it must be 1 to 1000.", "demo", "--max-files", "1001")]
    [InlineData("Unrecognized command or argument 'nope'.", "nope")]
    [InlineData("Unrecognized command or argument '--nope'.", "demo", "--nope")]
    [InlineData("Cannot parse argument 'x' for option '--port' as expected type 'System.Int32'.", "up", "--port", "x")]
    public async Task Parse_WrongInput_NamesItAndFails(string expected, params string[] args)
    {
        Assert.Equal(ExitCode.Failure, await _session.RunAsync(args));
        Assert.Contains(expected, _session.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo          Lists a folder's texts", "--help")]
    [InlineData("storage       Looks after the storage", "--help")]
    [InlineData("--repair", "storage", "verify", "--help")]
    [InlineData("--folder <path>", "demo", "--help")]
    [InlineData("[default: 7071]", "up", "--help")]
    public async Task Help_Asked_TellsTheOptions(string expected, params string[] args)
    {
        Assert.Equal(ExitCode.Success, await _session.RunAsync(args));
        Assert.Contains(expected, _session.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "demo", "--no-color")]
    [InlineData(true, "--no-color", "demo")]
    [InlineData(false, "demo")]
    public async Task NoColor_Given_ReachesTheSession(bool expected, params string[] args)
    {
        bool? noColor = null;
        using var error = new StringWriter();
        var commandLine = new CommandLine(
            asked =>
            {
                noColor = asked;
                throw new CommandException("No repository here.");
            },
            error);

        Assert.Equal(ExitCode.Failure, await commandLine.Root.Parse(args).InvokeAsync());
        Assert.Equal(expected, noColor);
        Assert.Equal("No repository here.", error.ToString().TrimEnd());
    }
}
