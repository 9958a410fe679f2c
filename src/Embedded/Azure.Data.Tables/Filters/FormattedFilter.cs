using System.Globalization;

namespace Azure.Data.Tables.Filters;

/// <summary>Filters written as interpolated strings: the text stands as it is, every value becomes a literal.</summary>
internal static class FormattedFilter
{
    /// <exception cref="ArgumentException">A value has a type that no column has.</exception>
    public static string Create(FormattableString filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var literals = Array.ConvertAll(filter.GetArguments(), object (value) => FilterLiteral.Of(value));
        return string.Format(CultureInfo.InvariantCulture, filter.Format, literals);
    }
}
