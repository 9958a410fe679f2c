using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Orchestrator.TestKit.Tables.Protocol;

/// <summary>Writes the answers to a transaction's actions, or the one that says which was refused.</summary>
internal static class TransactionAnswer
{
    public static TableAnswer Of(IEnumerable<TableAnswer> answers)
    {
        var batch = $"batchresponse_{Guid.NewGuid()}";
        var changes = $"changesetresponse_{Guid.NewGuid()}";
        var body = new MemoryStream();
        Append(body, $"--{batch}\r\nContent-Type: multipart/mixed; boundary={changes}\r\n\r\n");
        foreach (var answer in answers)
        {
            Append(body, $"--{changes}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
            Append(body, $"HTTP/1.1 {answer.Status} {ReasonPhrases.GetReasonPhrase(answer.Status)}\r\nDataServiceVersion: 3.0;\r\n");
            foreach (var (name, value) in answer.Headers)
                Append(body, $"{name}: {value}\r\n");
            Append(body, "\r\n");
            body.Write(answer.Body.Span);
            Append(body, "\r\n");
        }

        Append(body, $"--{changes}--\r\n--{batch}--\r\n");
        return new TableAnswer(202, body.ToArray(), ("Content-Type", $"multipart/mixed; boundary={batch}"));
    }

    private static void Append(MemoryStream body, string text) => body.Write(Encoding.UTF8.GetBytes(text));
}
