using Microsoft.Extensions.Options;
using Orchestrator.Functions.DeadLetters;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.DeadLetters;

public sealed class MessageMaskTests
{
    private static readonly TaskType Pay = new() { Name = "pay", MaskedFields = ["/card/number"] };
    private static readonly TaskType Give = new() { Name = "give", MaskedFields = ["/iban"] };

    [Theory]
    [InlineData("""{"type":"pay","input":{"card":{"number":"4111","n":1}},"title":"t","priority":77}""", """{"type":"pay","input":{"card":{"number":"***","n":1}},"title":"t","priority":77}""", false)]
    [InlineData("""{"type":"pay","inptu":{"card":{"number":"4111","ok":true,"no":null}},"pin":4321,"schemaVersion":9}""", """{"type":"pay","inptu":{"card":{"number":"***","ok":true,"no":null}},"pin":"***","schemaVersion":9}""", true)]
    [InlineData("""{"type":"no.such","input":{"a":["x",1.5,"secret:n",""]},"idempotencyKey":"k"}""", """{"type":"no.such","input":{"a":["***","***","secret:n",""]},"idempotencyKey":"k"}""", true)]
    [InlineData("""{"type":"no.such"}""", """{"type":"no.such"}""", false)]
    [InlineData("""{"type":1,"input":{"a":1}}""", """{"type":1,"input":{"a":"***"}}""", true)]
    [InlineData("""{"type":"\ud800","input":null}""", """{"type":"\ud800","input":null}""", false)]
    [InlineData("""{"\ud800\ud800":"x","type":"no.such","input":7}""", """{"\ud800\ud800":"***","type":"no.such","input":"***"}""", true)]
    [InlineData("""{"type":"pay","type":"no.such","input":{"card":{"number":"4111","n":1}}}""", """{"type":"pay","type":"no.such","input":{"card":{"number":"***","n":"***"}}}""", true)]
    [InlineData("""{"type":"pay","type":"give","input":{"card":{"number":"4111","n":1},"iban":"DE"}}""", """{"type":"pay","type":"give","input":{"card":{"number":"***","n":1},"iban":"***"}}""", false)]
    [InlineData("""{"type":"give","type":"give","type":"give","type":"give","type":"give","input":1}""", """{"type":"give","type":"give","type":"give","type":"give","type":"give","input":"***"}""", true)]
    [InlineData("""[{"type":"pay","input":"x"}]""", """[{"type":"***","input":"***"}]""", true)]
    [InlineData("\"topsecret\"", "\"***\"", true)]
    [InlineData("top secret", "[10 characters that are no JSON]", true)]
    [InlineData("""{"type":"pay","input":{"card":{"number":"4111" """, "[47 characters that are no JSON]", true)]
    [InlineData("", "[0 characters that are no JSON]", true)]
    public async Task Keep_Message_WithoutWhatIsOrMayBeSecret(string body, string kept, bool isWithheld) =>
        Assert.Equal(new KeptMessage(kept, isWithheld), await Mask(keepUnknown: false).KeepAsync(body, CancellationToken.None));

    [Theory]
    [InlineData("""{"type":"pay","input":{"card":{"number":"4111"}},"x":1}""", """{"type":"pay","input":{"card":{"number":"***"}},"x":1}""")]
    [InlineData("""{"type":"no.such","input":1}""", """{"type":"no.such","input":1}""")]
    [InlineData("""{"type":"pay","type":"give","input":{"card":{"number":"4111"},"iban":"DE"}}""", """{"type":"pay","type":"give","input":{"card":{"number":"***"},"iban":"***"}}""")]
    [InlineData("no JSON", "no JSON")]
    public async Task Keep_UnknownBodiesAreKept_OnlyMaskedFieldsAreReplaced(string body, string kept) =>
        Assert.Equal(new KeptMessage(kept, IsWithheld: false), await Mask(keepUnknown: true).KeepAsync(body, CancellationToken.None));

    private static MessageMask Mask(bool keepUnknown) => new(new TestCatalog(Pay, Give), Options.Create(new DeadLetterOptions { KeepUnknownBodies = keepUnknown }));
}
