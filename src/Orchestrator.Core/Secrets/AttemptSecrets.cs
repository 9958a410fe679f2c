using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestrator.Secrets;

/// <summary>
/// The secrets that an attempt has asked for. It remembers them for as long as it lasts, so that what comes back of them, in an output, an error or a
/// log line, is replaced before it is stored. Safe for all threads.
/// </summary>
public sealed class AttemptSecrets(ISecretSource source)
{
    /// <summary>Shorter secrets are not replaced: they stand in many a text by chance.</summary>
    public const int MinReplacedLength = 8;

    private readonly Lock _lock = new();
    private string[] _texts = [];

    /// <summary>Looks up a secret.</summary>
    /// <exception cref="SecretMissingException">There is none of that name.</exception>
    /// <exception cref="SecretUnavailableException">It cannot be asked for now.</exception>
    public async ValueTask<string> GetAsync(string name, CancellationToken cancellationToken)
    {
        var secret = (SecretReference.IsName(name) ? await source.FindAsync(name, cancellationToken) : null) ?? throw new SecretMissingException(name);
        Remember(secret);
        return secret;
    }

    /// <summary>The text with every secret that was asked for replaced, also where it is spelled as in an address or in JSON.</summary>
    public string Redact(string text)
    {
        foreach (var secret in Volatile.Read(ref _texts))
            text = text.Replace(secret, FieldMask.Text, StringComparison.Ordinal);
        return text;
    }

    /// <summary>The same of JSON text, however its strings are written.</summary>
    /// <param name="json">Valid JSON.</param>
    public string RedactJson(string json) => Volatile.Read(ref _texts).Length == 0
        ? json
        : new JsonEdit { OfValue = (_, kind, text) => RedactValue(kind, text), OfName = name => Redact(name) is var redacted && redacted != name ? redacted : null }.Apply(json);

    private string? RedactValue(JsonTokenType kind, string? text)
    {
        if (text is null || Redact(text) is var redacted && redacted == text)
            return null;
        return kind == JsonTokenType.Number ? FieldMask.Json : JsonEdit.Quote(redacted);
    }

    private void Remember(string secret)
    {
        lock (_lock)
        {
            // The longest first: one may be a part of another.
            Volatile.Write(ref _texts, [.. _texts.Concat(Spellings(secret)).Distinct(StringComparer.Ordinal).OrderByDescending(text => text.Length)]);
        }
    }

    private static IEnumerable<string> Spellings(string secret)
    {
        // What is sent as "Bearer abc" may well come back as "abc".
        string[] forms = [secret, secret.Trim(), secret[(secret.TrimEnd().LastIndexOf(' ') + 1)..].Trim()];
        return forms.Where(form => form.Length >= MinReplacedLength)
            .SelectMany(form => new[] { form, Uri.EscapeDataString(form), JsonEncodedText.Encode(form).ToString(), JsonEncodedText.Encode(form, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString() });
    }
}
