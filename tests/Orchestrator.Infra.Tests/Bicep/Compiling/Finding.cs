namespace Orchestrator.Infra.Tests.Bicep.Compiling;

/// <summary>Something that is wrong with what deploys the app.</summary>
/// <param name="Place">Where: a file with its line, or a resource of a deployment.</param>
/// <param name="What">What is wrong there, and how to put it right.</param>
internal sealed record Finding(string Place, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {What}";
}
