using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables.Errors;
using Azure.Data.Tables.Limits;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables.Columns;

/// <summary>The name of a column, ready to be written and compared, with the name of its type annotation beside it.</summary>
internal sealed class ColumnName
{
    public const string TypeSuffix = "@odata.type";

    public ColumnName(string text)
    {
        Text = text;
        Utf8 = Encoding.UTF8.GetBytes(text);
        Json = JsonEncodedText.Encode(text);
        TypeJson = JsonEncodedText.Encode(text + TypeSuffix);
        Size = EntityLimits.ColumnOverhead + 2 * text.Length;
        IsSystem = text is "PartitionKey" or "RowKey" or "Timestamp" or "odata.etag";
        IsIdentifier = IsCSharpIdentifier(text);
    }

    public string Text { get; }

    public byte[] Utf8 { get; }

    public JsonEncodedText Json { get; }

    public JsonEncodedText TypeJson { get; }

    /// <summary>Bytes of an entity's size that the column takes without its value.</summary>
    public int Size { get; }

    /// <summary>Whether the service sets the column, or it is a key.</summary>
    public bool IsSystem { get; }

    private bool IsIdentifier { get; }

    /// <exception cref="RequestFailedException">The name is longer than 255 characters, or not a C# identifier.</exception>
    public void Check()
    {
        if (Text.Length > EntityLimits.ColumnNameLength)
            throw Refused.BadRequest(TableErrorCode.PropertyNameTooLong, $"A property's name has {Text.Length} characters; at most {EntityLimits.ColumnNameLength} are allowed.");
        if (!IsIdentifier)
            throw Refused.BadRequest(TableErrorCode.PropertyNameInvalid, $"The property name '{Text}' is not a C# identifier.");
    }

    private static bool IsCSharpIdentifier(string text)
    {
        if (text.Length == 0 || !(text[0] == '_' || char.IsLetter(text[0])))
            return false;

        foreach (var c in text)
        {
            var allowed = char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c)
                is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.Format;
            if (!allowed)
                return false;
        }

        return true;
    }
}
