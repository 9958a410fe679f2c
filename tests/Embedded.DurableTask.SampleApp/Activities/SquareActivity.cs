using Microsoft.Azure.Functions.Worker;

namespace Embedded.DurableTask.SampleApp.Activities;

public sealed class SquareActivity(TimeProvider time)
{
    private const int Lanes = 7;

    /// <summary>Squares a number; neighbours take different times, so that they do not end in the order in which they began.</summary>
    [Function(nameof(Square))]
    public async Task<int> Square([ActivityTrigger] int number)
    {
        if (number % Lanes is > 0 and var lane)
            await Task.Delay(TimeSpan.FromMilliseconds(Lanes - lane), time);
        return number * number;
    }
}
