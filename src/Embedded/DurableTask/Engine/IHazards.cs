namespace Embedded.DurableTask.Engine;

/// <summary>Where a platform may be less kind than ours is: the real one is so now and then, and tests are so all the time.</summary>
internal interface IHazards
{
    /// <summary>How much later than asked for an instance begins.</summary>
    TimeSpan StartDelay();

    /// <summary>How long an external event is held back from its instance; zero for not at all.</summary>
    TimeSpan EventDelay();

    /// <summary>How much too early a timer fires.</summary>
    /// <param name="wait">How long it has to go; the answer is no more than that, zero for what is due.</param>
    TimeSpan TimerLead(TimeSpan wait);

    /// <summary>The most operations that an entity's next batch takes.</summary>
    /// <param name="most">The engine's own limit; the answer is 1 to that.</param>
    int BatchLimit(int most);
}
