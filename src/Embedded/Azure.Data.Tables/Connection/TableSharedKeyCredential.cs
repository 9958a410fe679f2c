using System.Security.Cryptography;
using System.Text;

namespace Azure.Data.Tables;

/// <summary>Name and key of a storage account. The key may be changed while clients use it.</summary>
public class TableSharedKeyCredential
{
    private const int SignatureLength = 32;

    private volatile byte[] _key;

    /// <param name="accountName">Name of the storage account.</param>
    /// <param name="accountKey">One of its keys, in base 64.</param>
    /// <exception cref="FormatException">The key is not base 64.</exception>
    public TableSharedKeyCredential(string accountName, string accountKey)
    {
        ArgumentException.ThrowIfNullOrEmpty(accountName);
        AccountName = accountName;
        _key = Decode(accountKey);
    }

    public string AccountName { get; }

    /// <summary>Signs the requests from now on, retries included, with another key of the same account.</summary>
    public void SetAccountKey(string accountKey) => _key = Decode(accountKey);

    /// <summary>The base 64 of the HMAC-SHA256 of the text's UTF-8 bytes under the account's key.</summary>
    internal string Sign(string text)
    {
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = length <= 1024 ? stackalloc byte[length] : new byte[length];
        Span<byte> signature = stackalloc byte[SignatureLength];
        var written = Encoding.UTF8.GetBytes(text, bytes);
        HMACSHA256.HashData(_key, bytes[..written], signature);
        return Convert.ToBase64String(signature);
    }

    private static byte[] Decode(string accountKey)
    {
        ArgumentException.ThrowIfNullOrEmpty(accountKey);
        return Convert.FromBase64String(accountKey);
    }
}
