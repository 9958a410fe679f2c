using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Configuration;

/// <summary>Holds options against the annotations of their properties.</summary>
public static class AnnotationFaults
{
    /// <summary>
    /// Every fault, each with key, value and rule. An annotation's message is the rule, as in "must be 1 to 16".
    /// </summary>
    /// <param name="section">Where the options stand in the configuration.</param>
    /// <param name="options">The options as they were read.</param>
    public static IEnumerable<string> Find(string section, object options) =>
        from property in options.GetType().GetProperties()
        let value = property.GetValue(options)
        from rule in property.GetCustomAttributes(inherit: true).OfType<ValidationAttribute>()
        where !rule.IsValid(value)
        let shown = property.IsDefined(typeof(SecretAttribute), inherit: true) ? SecretAttribute.Mask : value
        select $"{section}:{property.Name} is '{shown}'; it {rule.ErrorMessage}.";
}
