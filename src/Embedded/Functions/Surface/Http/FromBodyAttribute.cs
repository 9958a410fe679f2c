using Embedded.Functions.Http;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>
/// Fills a parameter of an HTTP function from the request's JSON body. A body that does not parse fails the invocation, so the
/// caller sees an empty 500.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public class FromBodyAttribute() : InputConverterAttribute(typeof(RequestBody));
