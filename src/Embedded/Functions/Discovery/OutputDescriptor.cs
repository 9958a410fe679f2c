using System.Reflection;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Embedded.Functions.Discovery;

/// <summary>An output of a function: its whole result, or one property of it.</summary>
/// <param name="Property">Null for the whole result.</param>
internal sealed record OutputDescriptor(OutputBindingAttribute Attribute, Type ValueType, PropertyInfo? Property)
{
    /// <summary>The name of the output that is the whole result.</summary>
    public const string WholeResult = "$return";

    public string Name => Property?.Name ?? WholeResult;
}
