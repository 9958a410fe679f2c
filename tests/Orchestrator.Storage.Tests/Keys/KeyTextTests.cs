using Orchestrator.Storage.Keys;

namespace Orchestrator.Storage.Tests.Keys;

public sealed class KeyTextTests
{
    private static readonly string[] HostileTexts =
    [
        "", "a", "/", "\\", "#", "?", "%", "'", "\"", "!", "~", "~!", "%2F", "a/b\\c#d?e%f'g", "\0", "\u001f", "\u007f", "\u009f", " ", " a ", "+", "&", "=", ":", "..", ".",
        "é", "e\u0301", "ñ~", "😀", "\ud83d", "\ude00", "\ude00\ud83d", "a\ud800", "\u202eabc", "\ufeff", "漢字", "Āā~Ā", "\u3400", "~\u3400", "PartitionKey eq 'x' or 1 eq 1",
        new string('/', 200), string.Concat(Enumerable.Repeat("😀", 100)), new string('\ud800', 200),
    ];

    [Fact]
    public void Decode_EncodedHostileText_GivesItBack() =>
        Assert.All(HostileTexts, text =>
        {
            var key = KeyText.Encode(text);

            Assert.Equal(text, KeyText.Decode(key));
            AssertFits(text, key);
        });

    [Fact]
    public void Encode_HostileTexts_GivesDifferentKeys() =>
        Assert.Equal(HostileTexts.Length, HostileTexts.Select(KeyText.Encode).Distinct(StringComparer.Ordinal).Count());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Encode_AnyTexts_IsBijective(int seed)
    {
        var draw = new Random(seed);
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < 5_000; i++)
        {
            var text = string.Create(draw.Next(0, 8), draw, static (span, draw) =>
            {
                foreach (ref var character in span)
                    character = draw.Next(3) == 0 ? (char)draw.Next(0x10000) : (char)draw.Next(0x180);
            });
            var key = KeyText.Encode(text);

            Assert.True(text == KeyText.Decode(key), $"seed {seed}, text {i}");
            Assert.True(seen.GetValueOrDefault(key, text) == text, $"seed {seed}, text {i}: two texts with the same key");
            seen[key] = text;
            AssertFits(text, key);
        }
    }

    [Theory]
    [InlineData("~")]
    [InlineData("a~a")]
    [InlineData("~\u3c00")]
    public void Decode_NoKeyOfOurs_Throws(string key) => Assert.Throws<FormatException>(() => KeyText.Decode(key));

    private static void AssertFits(string text, string key)
    {
        Assert.DoesNotContain(key, character => char.IsControl(character) || "/\\#?%'\"!+& ".Contains(character, StringComparison.Ordinal));
        Assert.True(key.Length <= 2 * text.Length);
    }
}
