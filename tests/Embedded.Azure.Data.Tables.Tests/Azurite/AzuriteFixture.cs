using System.Diagnostics;
using System.Text.RegularExpressions;
using Azure.Data.Tables;

namespace Embedded.Azure.Data.Tables.Tests.Azurite;

/// <summary>A real Azurite of the version that <c>package.json</c> pins, on ports of its own and an empty folder, for all tests of the assembly.</summary>
public sealed partial class AzuriteFixture : IAsyncLifetime
{
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("azurite-tables-").FullName;
    private Process? _process;
    private int _tables;

    public Uri Endpoint { get; private set; } = null!;

    public string ConnectionString => $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};TableEndpoint={Endpoint};";

    public TableSharedKeyCredential Credential { get; } = new(Account, Key);

    /// <summary>A new client with default options.</summary>
    public TableServiceClient Service(TableClientOptions? options = null) => new(ConnectionString, options);

    /// <summary>A table that no other test has, created.</summary>
    public async Task<TableClient> CreateTableAsync()
    {
        var table = Service().GetTableClient(NewTableName());
        await table.CreateAsync();
        return table;
    }

    public string NewTableName() => $"T{Interlocked.Increment(ref _tables):D6}";

    public async Task InitializeAsync()
    {
        var script = Path.Combine(RepositoryRoot(), "node_modules", "azurite", "dist", "src", "azurite.js");
        Assert.True(File.Exists(script), $"There is no {script}. Run 'npm ci' in the repository's root first.");
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        string[] arguments =
        [
            script, "--silent", "--disableTelemetry", "--skipApiVersionCheck", "-l", _folder,
            "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1", "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(StartLimit);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (Listening().Match(line) is not { Success: true } match)
                continue;
            Endpoint = new Uri($"{match.Groups["address"].Value}/{Account}");
            _ = _process.StandardOutput.ReadToEndAsync();
            return;
        }

        Assert.Fail("Azurite ended without saying where its table service listens.");
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            using var terminate = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }

            _process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests do not run within the repository.");
    }

    [GeneratedRegex("Table service is successfully listening at (?<address>http://\\S+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
