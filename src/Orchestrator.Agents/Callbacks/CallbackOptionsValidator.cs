using Microsoft.Extensions.Options;
using Orchestrator.Secrets;

namespace Orchestrator.Agents.Callbacks;

/// <summary>Finds what is wrong with the settings of callbacks. The key itself is not repeated.</summary>
internal sealed class CallbackOptionsValidator : IValidateOptions<CallbackOptions>
{
    private const string Key = $"{CallbackOptions.SectionName}:{nameof(CallbackOptions.SigningKey)}";

    public ValidateOptionsResult Validate(string? name, CallbackOptions options)
    {
        if (UnresolvedReference.Is(options.SigningKey))
            return ValidateOptionsResult.Fail($"{Key} {UnresolvedReference.Remedy}");
        return string.IsNullOrEmpty(options.SigningKey) || SecretReference.Is(options.SigningKey) || options.SigningKey.Length >= CallbackOptions.MinKeyLength
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{Key} has {options.SigningKey.Length} characters; it must have at least {CallbackOptions.MinKeyLength}.");
    }
}
