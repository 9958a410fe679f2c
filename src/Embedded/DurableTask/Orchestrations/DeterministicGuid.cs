using System.Security.Cryptography;
using System.Text;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>Ids that follow from a name (RFC 9562, version 5).</summary>
internal static class DeterministicGuid
{
    private static readonly byte[] Namespace = new Guid("9e952958-5e33-4daf-827f-2fa12937b875").ToByteArray(bigEndian: true);

    public static Guid Create(string name)
    {
#pragma warning disable CA5350 // Version 5 is defined by SHA-1; nothing is kept secret by it.
        Span<byte> hash = SHA1.HashData([.. Namespace, .. Encoding.UTF8.GetBytes(name)]);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new(hash[..16], bigEndian: true);
    }
}
