using System.Text.Json;
using Azure.Data.Tables;
using Orchestrator.TestKit.Apps;

namespace Orchestrator.EndToEnd.Tests.Apps;

/// <summary>A dead letter as it lies in its table.</summary>
/// <param name="Pointers">What each of its faults is about.</param>
internal sealed record DeadLetterRow(string Id, string Source, string Code, string Reason, string Body, IReadOnlyList<string?> Pointers, int DeliveryCount);

/// <summary>The app's dead letters, read from storage: no route shows them yet.</summary>
internal static class DeadLetterTable
{
    public static async Task<IReadOnlyList<DeadLetterRow>> ReadAsync(FunctionAppSetup setup)
    {
        var rows = new List<DeadLetterRow>();
        await foreach (var row in new TableClient(setup.ConnectionString, setup.Name + "DeadLetters").QueryAsync<TableEntity>())
        {
            rows.Add(new DeadLetterRow(
                (string)row["Id"], (string)row["Source"], (string)row["Code"], (string)row["Reason"], (string)row["Body0"],
                PointersOf(row.GetString("Faults") ?? "[]"), (int)row["DeliveryCount"]));
        }

        return rows;
    }

    private static string?[] PointersOf(string faults) =>
        [.. JsonSerializer.Deserialize<JsonElement[]>(faults)!.Select(fault => fault.GetProperty("pointer").GetString())];
}
