namespace Embedded.DurableTask.Hostile;

/// <summary>Seeded randomness: the same seed gives the same throws, in the order in which they are asked for. Safe for concurrent use.</summary>
internal sealed class Dice(int seed)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);

    /// <summary>True as often as false.</summary>
    public bool Toss() => IsOneIn(2);

    /// <summary>True in one case of <paramref name="sides"/>.</summary>
    public bool IsOneIn(int sides)
    {
        lock (_lock)
        {
            return _random.Next(sides) == 0;
        }
    }

    /// <summary>Zero to <paramref name="most"/>, each as likely.</summary>
    public TimeSpan UpTo(TimeSpan most) => most * Fraction();

    /// <summary>One to <paramref name="most"/>, small numbers more often than large ones.</summary>
    public int Portion(int most) => Math.Min(most, (int)Math.Pow(most + 1, Fraction()));

    private double Fraction()
    {
        lock (_lock)
        {
            return _random.NextDouble();
        }
    }
}
