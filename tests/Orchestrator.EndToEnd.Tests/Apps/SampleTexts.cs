using System.Text.Json.Nodes;

namespace Orchestrator.EndToEnd.Tests.Apps;

/// <summary>A temporary folder of texts whose digests are known: text k has k + 1 sentences of four words.</summary>
internal sealed class SampleTexts
{
    private const int Count = 20;

    public SampleTexts()
    {
        Folder = Directory.CreateTempSubdirectory("orchestrator-texts-").FullName;
        for (var k = 0; k < Count; k++)
            File.WriteAllText(Path.Combine(Folder, Name(k)), string.Concat(Enumerable.Repeat("Quick foxes jump high. ", k + 1)));
    }

    public string Folder { get; }

    /// <summary>The body of a submission that digests a text.</summary>
    /// <param name="number">Any; texts are taken in turn.</param>
    public string Submission(int number, string title) => Submission(Name(number % Count), title);

    /// <summary>The body of a submission that digests a file of the folder.</summary>
    public string Submission(string path, string title) => new JsonObject
    {
        ["type"] = "text.digest",
        ["title"] = title,
        ["input"] = new JsonObject { ["folder"] = Folder, ["path"] = path },
    }.ToJsonString();

    /// <summary>How many words that digest counts.</summary>
    public static int WordsOf(int number) => 4 * ((number % Count) + 1);

    public void Delete() => Directory.Delete(Folder, recursive: true);

    private static string Name(int k) => $"text{k}.txt";
}
