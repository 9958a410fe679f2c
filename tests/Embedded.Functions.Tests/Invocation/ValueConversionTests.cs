using Embedded.Functions.Invocation;

namespace Embedded.Functions.Tests.Invocation;

public sealed class ValueConversionTests
{
    public static TheoryData<string, Type, object> Values => new()
    {
        { "text", typeof(string), "text" },
        { "\"quoted\"", typeof(string), "\"quoted\"" },
        { "7", typeof(int), 7 },
        { "7", typeof(long?), 7L },
        { "true", typeof(bool), true },
        { "1.5", typeof(double), 1.5 },
        { "1.5", typeof(decimal), 1.5m },
        { "friday", typeof(DayOfWeek), DayOfWeek.Friday },
        { "11111111-2222-3333-4444-555555555555", typeof(Guid), new Guid("11111111-2222-3333-4444-555555555555") },
        { "\"2026-11-22T10:00:00+00:00\"", typeof(DateTimeOffset), new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero) },
        { "2026-11-22T10:00:00Z", typeof(DateTime), new DateTime(2026, 11, 22, 10, 0, 0, DateTimeKind.Utc) },
        { "01:02:03", typeof(TimeSpan), new TimeSpan(1, 2, 3) },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void FromText_OfASimpleType_GivesTheValue(string text, Type type, object expected)
    {
        Assert.True(ValueConversion.IsSimple(type));
        Assert.Equal(expected, ValueConversion.FromText(text, type));
    }

    [Theory]
    [InlineData("seven", typeof(int), "'seven' is no Int32.")]
    [InlineData("99999999999", typeof(int), "'99999999999' is no Int32.")]
    [InlineData("x", typeof(Guid?), "'x' is no Guid.")]
    [InlineData("never", typeof(DayOfWeek), "'never' is no DayOfWeek.")]
    [InlineData("never", typeof(DateTimeOffset), "'never' is no DateTimeOffset.")]
    public void FromText_ThatIsNoneOfTheType_Throws(string text, Type type, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => ValueConversion.FromText(text, type)).Message);

    [Fact]
    public void IsSimple_OfAClass_IsFalse() => Assert.False(ValueConversion.IsSimple(typeof(HttpClient)));
}
