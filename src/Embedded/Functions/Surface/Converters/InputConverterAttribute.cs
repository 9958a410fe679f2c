namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>Names the class that fills a parameter. The embedded platform knows only its own: see <see cref="Http.FromBodyAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Enum | AttributeTargets.Struct, AllowMultiple = true)]
public class InputConverterAttribute(Type converterType) : Attribute
{
    public Type ConverterType { get; } = converterType ?? throw new ArgumentNullException(nameof(converterType));
}
