using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Configuration.Tests;

public sealed class SampleOptions
{
    public const string SectionName = "Orchestrator:Sample";

    [Live]
    [Range(1, 10, ErrorMessage = "must be 1 to 10")]
    public int Rate { get; set; } = 5;

    [Range(1, 16, ErrorMessage = "must be 1 to 16")]
    public int Lanes { get; set; } = 2;

    [Live]
    public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(30);

    public bool IsOpen { get; set; }

    [Live]
    [Secret]
    [MinLength(8, ErrorMessage = "must have 8 characters or more")]
    public string? Token { get; set; }

    public IList<string> Folders { get; } = [];

    [Live]
    public IDictionary<string, SampleKey> Keys { get; } = new Dictionary<string, SampleKey>(StringComparer.OrdinalIgnoreCase);

    public SampleWithin Within { get; } = new();

    public int Twice => Rate * 2;
}

public sealed class SampleWithin
{
    public int Depth { get; set; } = 1;
}

[SecretEntries("A secret.")]
public sealed class VaultOptions
{
    public int Limit { get; set; }
}

public sealed class SampleKey
{
    [Secret]
    public string Key { get; set; } = "";

    public SampleRole Role { get; set; } = SampleRole.Reader;
}

public enum SampleRole
{
    Reader,
    Writer,
}
