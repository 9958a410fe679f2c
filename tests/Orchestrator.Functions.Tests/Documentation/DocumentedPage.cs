namespace Orchestrator.Functions.Tests.Documentation;

/// <summary>A page of the reference of which some parts are written from the code. They stand between two comments; the rest is written by hand.</summary>
internal sealed class DocumentedPage
{
    private const string Variable = "ORCHESTRATOR_WRITE_DOCS";
    private const string End = "<!-- end of generated -->";

    private readonly string _path;
    private readonly string _command;
    private string _text;

    /// <param name="name">The page's file in <c>docs/reference</c>.</param>
    /// <param name="test">The name of the test class that holds it, for the command that writes it anew.</param>
    public DocumentedPage(string name, string test)
    {
        _path = Path.Combine(Root(), "docs", "reference", name);
        _command = $"{Variable}=1 dotnet test tests/Orchestrator.Functions.Tests --filter {test}";
        Before = _text = File.ReadAllText(_path).ReplaceLineEndings("\n");
    }

    /// <summary>What it says now.</summary>
    public string Before { get; }

    /// <summary>The names of its generated parts, in order.</summary>
    public IEnumerable<string> Parts => Before.Split('\n').Where(line => line.StartsWith("<!-- generated: ", StringComparison.Ordinal)).Select(line => line["<!-- generated: ".Length..^" -->".Length]);

    /// <summary>Puts what the code says in the place of a part.</summary>
    public void Replace(string part, string content)
    {
        var begin = $"<!-- generated: {part} -->";
        var from = _text.IndexOf(begin, StringComparison.Ordinal);
        Assert.True(from >= 0, $"{_path} has no '{begin}' followed by '{End}': add them where the part belongs, then run {_command}.");
        var to = _text.IndexOf(End, from, StringComparison.Ordinal);
        Assert.True(to >= 0, $"{_path}: '{begin}' has no '{End}'.");
        _text = $"{_text[..(from + begin.Length)]}\n{content.TrimEnd()}\n{_text[to..]}";
    }

    /// <summary>Fails when the page differs from the code; writes it instead when asked to.</summary>
    public void AssertUpToDate()
    {
        if (Environment.GetEnvironmentVariable(Variable) == "1")
            File.WriteAllText(_path, _text);
        else
            Assert.True(_text == Before, $"{_path} does not say what the code does. Write it anew: {_command}{Environment.NewLine}{FirstDifference()}");
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} lies in no repository.");
        return folder.FullName;
    }

    private string FirstDifference()
    {
        var (now, page) = (_text.Split('\n'), Before.Split('\n'));
        var line = now.Zip(page).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"Line {line + 1} is:      {page.ElementAtOrDefault(line)}{Environment.NewLine}Line {line + 1} would be: {now.ElementAtOrDefault(line)}";
    }
}
