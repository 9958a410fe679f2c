using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Access;

/// <summary>
/// What one request takes of the rate of its address: a token, once, as soon as it makes work or is refused; given back when somebody turns out to stand for it.
/// </summary>
internal sealed class AddressTurn(TokenBuckets addresses, string network)
{
    private bool _isTaken;

    /// <summary>Counts the request, if it has not been.</summary>
    /// <exception cref="ProblemException">It is one too many.</exception>
    public void Demand()
    {
        if (_isTaken)
            return;
        if (addresses.Take(network) is { } wait)
            throw new ProblemException(KnownProblems.TooManyRequests("Your address sends more requests than one may without a valid key.", wait));
        _isTaken = true;
    }

    /// <summary>Has the request not be counted.</summary>
    public void GiveBack()
    {
        if (_isTaken)
            addresses.GiveBack(network);
        _isTaken = false;
    }
}
