using Microsoft.Extensions.Options;
using Orchestrator.Secrets;

namespace Orchestrator.Agents.Callbacks;

/// <summary>Finds what is wrong with the settings of callbacks. The key itself is not repeated.</summary>
internal sealed class CallbackOptionsValidator : IValidateOptions<CallbackOptions>
{
    public ValidateOptionsResult Validate(string? name, CallbackOptions options) =>
        string.IsNullOrEmpty(options.SigningKey) || SecretReference.Is(options.SigningKey) || options.SigningKey.Length >= CallbackOptions.MinKeyLength
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{CallbackOptions.SectionName}:{nameof(CallbackOptions.SigningKey)} has {options.SigningKey.Length} characters; it must have at least {CallbackOptions.MinKeyLength}.");
}
