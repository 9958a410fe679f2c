using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>Tasks with ids that tell them apart.</summary>
internal static class TestTasks
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static TaskId Id(int number) => TaskId.New(Start.AddMilliseconds(number), 0, new FixedRandomSource((byte)number));

    private sealed class FixedRandomSource(byte value) : IRandomSource
    {
        public void Fill(Span<byte> destination) => destination.Fill(value);
    }
}
