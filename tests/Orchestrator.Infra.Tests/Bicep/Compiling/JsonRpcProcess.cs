using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Infra.Tests.Bicep.Compiling;

/// <summary>
/// A process that answers JSON-RPC over its standard streams, a header with the length before each message. One call at a time. It ends with this process,
/// as its standard input is closed then.
/// </summary>
internal sealed class JsonRpcProcess
{
    private const string LengthHeader = "Content-Length: ";
    private readonly Process _process;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Lock _lock = new();
    private int _calls;

    /// <summary>Starts the program.</summary>
    public JsonRpcProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        _process = Process.Start(start)!;
        _input = _process.StandardInput.BaseStream;
        _output = _process.StandardOutput.BaseStream;
    }

    /// <summary>The result of a call.</summary>
    /// <exception cref="InvalidOperationException">The answer is an error, or the process has ended.</exception>
    public JsonElement Call(string method, JsonObject parameters)
    {
        lock (_lock)
        {
            Write(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = ++_calls, ["method"] = method, ["params"] = parameters });
            var answer = Read();
            return answer.TryGetProperty("error", out var error)
                ? throw new InvalidOperationException($"{method} was answered with an error: {error.GetProperty("message").GetString()}")
                : answer.GetProperty("result");
        }
    }

    private void Write(JsonObject message)
    {
        var body = Encoding.UTF8.GetBytes(message.ToJsonString());
        _input.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{LengthHeader}{body.Length}\r\n\r\n")));
        _input.Write(body);
        _input.Flush();
    }

    private JsonElement Read()
    {
        var length = 0;
        while (ReadHeader() is { Length: > 0 } header)
        {
            if (header.StartsWith(LengthHeader, StringComparison.OrdinalIgnoreCase))
                length = int.Parse(header[LengthHeader.Length..], CultureInfo.InvariantCulture);
        }

        var body = new byte[length];
        _output.ReadExactly(body);
        return JsonDocument.Parse(body).RootElement;
    }

    private string ReadHeader()
    {
        var header = new StringBuilder();
        for (var next = _output.ReadByte(); next != '\n'; next = _output.ReadByte())
        {
            if (next < 0)
                throw new InvalidOperationException($"{_process.StartInfo.FileName} ended with exit code {ExitCode()} and did not answer.");
            if (next != '\r')
                header.Append((char)next);
        }

        return header.ToString();
    }

    private int ExitCode()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }
}
