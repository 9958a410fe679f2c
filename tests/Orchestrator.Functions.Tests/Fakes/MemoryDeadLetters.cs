using Orchestrator.History;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>Dead letters in memory; a page is all there are.</summary>
internal sealed class MemoryDeadLetters : IDeadLetterStore
{
    private readonly List<StoredDeadLetter> _letters = [];

    public IReadOnlyList<DeadLetter> Letters => [.. _letters.Select(stored => stored.Letter)];

    public DeadLetterId IdOf(int index) => _letters[index].Id;

    /// <summary>What was listed last.</summary>
    public DeadLetterQuery? Asked { get; private set; }

    public Task<bool> AddAsync(DeadLetter deadLetter, CancellationToken cancellationToken)
    {
        if (_letters.Any(other => (other.Letter.Source, other.Letter.Id, other.Letter.ArrivedAt) == (deadLetter.Source, deadLetter.Id, deadLetter.ArrivedAt)))
            return Task.FromResult(false);

        var id = DeadLetterId.New(deadLetter.DeadAt, $"{_letters.Count + 1:x20}");
        _letters.Add(new StoredDeadLetter(id, deadLetter with { BodyLength = deadLetter.BodyLength > 0 ? deadLetter.BodyLength : deadLetter.Body.Length }, DeadLetterPreview.Of(deadLetter.Body)));
        return Task.FromResult(true);
    }

    public Task<DeadLetterListing> ListAsync(DeadLetterQuery query, CancellationToken cancellationToken)
    {
        Asked = query;
        return Task.FromResult<DeadLetterListing>(query.ContinuationToken == "forged" ? new DeadLetterListing.InvalidToken() : new DeadLetterListing.Page(_letters, "next"));
    }

    public Task<StoredDeadLetter?> GetAsync(DeadLetterId id, CancellationToken cancellationToken) => Task.FromResult(_letters.Find(stored => stored.Id == id));

    public Task<StoredDeadLetter?> AddRedriveAsync(DeadLetterId id, DeadLetterRedrive redrive, CancellationToken cancellationToken)
    {
        var index = _letters.FindIndex(stored => stored.Id == id);
        if (index < 0)
            return Task.FromResult<StoredDeadLetter?>(null);

        _letters[index] = _letters[index] with { Letter = _letters[index].Letter.With(redrive) };
        return Task.FromResult<StoredDeadLetter?>(_letters[index]);
    }

    public Task<bool> DeleteAsync(DeadLetterId id, CancellationToken cancellationToken) => Task.FromResult(_letters.RemoveAll(stored => stored.Id == id) > 0);

    public Task<bool> DeleteAsync(string source, string id, DateTimeOffset arrivedAt, CancellationToken cancellationToken) =>
        Task.FromResult(_letters.RemoveAll(stored => (stored.Letter.Source, stored.Letter.Id, stored.Letter.ArrivedAt) == (source, id, arrivedAt)) > 0);

    public Task<int> DeleteBeforeAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) => Task.FromResult(_letters.RemoveAll(stored => stored.Letter.DeadAt < before));

    public Task<DeadLetterCounts> CountAsync(DateTimeOffset recent, CancellationToken cancellationToken) => Task.FromResult(new DeadLetterCounts(
        _letters.Count(stored => stored.Letter.State == DeadLetterState.Dead),
        _letters.Count(stored => stored.Letter.State == DeadLetterState.Redriven),
        _letters.Count(stored => stored.Letter.DeadAt >= recent),
        IsAtLeast: false));
}
