using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Tasks;

/// <summary><c>orchestrator task show</c> and <c>orchestrator task export</c>.</summary>
internal static class TaskCommands
{
    /// <summary>How long the head of an export may take.</summary>
    private static readonly TimeSpan ExportLimit = TimeSpan.FromSeconds(100);

    /// <summary>Prints an exported task.</summary>
    /// <param name="path">A file; null or <c>-</c>: what comes in on standard input.</param>
    public static async Task<int> ShowAsync(Session session, string? path, Func<Stream> input)
    {
        var isInput = path is null or "-";
        await using var stream = isInput ? input() : Open(path!);
        new TaskPrinter(session.Console).Print(await TaskFile.ReadAsync(stream, isInput ? "Standard input" : path!, session.Signals.Stop));
        return ExitCode.Success;
    }

    /// <summary>Has a running app export a task.</summary>
    /// <param name="output">A file; null: to standard output.</param>
    public static async Task<int> ExportAsync(Session session, string id, AppAccess access, string? output)
    {
        using var http = AppClient.Create(access, ExportLimit);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/tasks/{Uri.EscapeDataString(id)}/export");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, session.Signals.Stop);
        if (!response.IsSuccessStatusCode)
            throw new ApiException($"GET {request.RequestUri}", response.StatusCode, await ProblemAsync(response, session.Signals.Stop));

        await using var body = await response.Content.ReadAsStreamAsync(session.Signals.Stop);
        if (output is null)
        {
            await using var text = new MemoryStream();
            await CopyAsync(body, text, id, session.Signals.Stop);
            session.Console.Line(Encoding.UTF8.GetString(text.GetBuffer().AsSpan(0, (int)text.Length)));
            return ExitCode.Success;
        }

        await SaveAsync(body, id, output, session.Signals.Stop);
        session.Console.Line($"Task {id} is in {Path.GetFullPath(output)}. Look at it with: orchestrator task show {output}");
        return ExitCode.Success;
    }

    /// <summary>Writes a file beside the one that is wanted, which it takes the place of once it is whole.</summary>
    private static async Task SaveAsync(Stream body, string id, string path, CancellationToken cancellationToken)
    {
        var part = $"{path}.part";
        try
        {
            await using (var file = Create(part))
                await CopyAsync(body, file, id, cancellationToken);
            File.Move(part, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be written: {exception.Message}", exception);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static async Task CopyAsync(Stream body, Stream target, string id, CancellationToken cancellationToken)
    {
        try
        {
            await body.CopyToAsync(target, cancellationToken);
        }
        catch (IOException exception)
        {
            throw new CommandException($"The export of task {id} broke off, and nothing was written: {exception.Message} Try again; the app's log says why.", exception);
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    private static FileStream Create(string path)
    {
        try
        {
            return File.Create(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be written: {exception.Message}", exception);
        }
    }

    private static async Task<ApiProblem?> ProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return response.Content.Headers.ContentType?.MediaType == "application/problem+json"
                ? await response.Content.ReadFromJsonAsync<ApiProblem>(JsonSerializerOptions.Web, cancellationToken)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
