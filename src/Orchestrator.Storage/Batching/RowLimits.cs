using Azure.Data.Tables;
using Orchestrator.Errors;

namespace Orchestrator.Storage.Batching;

/// <summary>The limits of Azure Table Storage, checked before anything is sent, because Azurite lets some pass.</summary>
internal static class RowLimits
{
    public const int TransactionOperations = 100;
    public const long TransactionBytes = 4 * 1024 * 1024;
    public const int StringCharacters = 32_768;
    public const int BinaryBytes = 65_536;
    public const long RowBytes = 1024 * 1024;
    public const int Columns = 252;
    public const int KeyBytes = 1024;

    /// <summary>Headers and address of one operation in the body of a transaction, generously.</summary>
    private const int OperationOverhead = 1_024;

    /// <summary>Upper bound of a row's size in the body of a transaction, in bytes: JSON with every special character escaped.</summary>
    public static long BodySize(TableEntity row)
    {
        long size = OperationOverhead + (6 * (row.PartitionKey.Length + row.RowKey.Length));
        foreach (var (name, value) in row)
        {
            size += name.Length + 64 + value switch
            {
                string text => JsonLength(text),
                byte[] bytes => (bytes.Length + 2) / 3 * 4,
                _ => 64,
            };
        }

        return size;
    }

    /// <summary>Checks what one caller wants to write.</summary>
    /// <exception cref="PayloadTooLargeException">A limit is passed; the message names it.</exception>
    public static void Check(IReadOnlyList<RowOperation> operations)
    {
        foreach (var operation in operations)
            Check(operation.Row);

        if (operations.Count > TransactionOperations)
            throw new PayloadTooLargeException($"The change of row {operations[0].RowKey}", operations.Count, TransactionOperations, "rows");

        var size = operations.Sum(operation => operation.Size);
        if (size > TransactionBytes)
            throw new PayloadTooLargeException($"The change of row {operations[0].RowKey}", size, TransactionBytes);
    }

    private static void Check(TableEntity row)
    {
        CheckKey("partition key", row.PartitionKey);
        CheckKey("row key", row.RowKey);

        long size = 4 + ((row.PartitionKey.Length + row.RowKey.Length) * 2);
        foreach (var (name, value) in row)
        {
            size += 8 + (name.Length * 2) + ColumnSize(row.RowKey, name, value);
        }

        if (row.Count > Columns)
            throw new PayloadTooLargeException($"Row {row.RowKey}", row.Count, Columns, "columns");
        if (size > RowBytes)
            throw new PayloadTooLargeException($"Row {row.RowKey}", size, RowBytes);
    }

    private static void CheckKey(string kind, string key)
    {
        if (key.Length * 2 > KeyBytes)
            throw new PayloadTooLargeException($"The {kind} {key[..40]}…", key.Length * 2, KeyBytes);
    }

    private static long ColumnSize(string rowKey, string name, object? value)
    {
        switch (value)
        {
            case string { Length: > StringCharacters } text:
                throw new PayloadTooLargeException($"Column {name} of row {rowKey}", text.Length, StringCharacters, "characters");
            case byte[] { Length: > BinaryBytes } bytes:
                throw new PayloadTooLargeException($"Column {name} of row {rowKey}", bytes.Length, BinaryBytes);
            case string text:
                return 4 + (text.Length * 2);
            case byte[] bytes:
                return 4 + bytes.Length;
            default:
                return 8;
        }
    }

    private static long JsonLength(string text)
    {
        long length = text.Length;
        foreach (var character in text)
        {
            if (!char.IsAscii(character) || char.IsControl(character) || character is '"' or '\\' or '&' or '\'' or '+' or '<' or '>' or '`')
                length += 5;
        }

        return length;
    }
}
