using System.Collections.Frozen;

namespace Orchestrator.Agents.Samples.Text;

/// <summary>English words that are frequent in every text and therefore say nothing of one.</summary>
internal static class StopWords
{
    private const string List =
        """
        a about above after again against all almost alone along already also although always am among an and another any
        are aren't around as at back be became because become been before being below between both but by can can't cannot
        could couldn't did didn't do does doesn't doing don't done down during each either else enough even ever every few
        first for from further get gets give given go goes had has hasn't have haven't having he her here hers herself him
        himself his how however i if in into is isn't it it's its itself just last least less let like made make makes many
        may me might more most much must my myself need needs neither never no none nor not nothing now of off often on once
        one only onto or other others our ours ourselves out over own per perhaps put rather same see seem several shall she
        should shouldn't since so some still such take than that that's the their theirs them themselves then there
        therefore these they this those though three through thus to together too toward two under until up upon us use used
        uses using very via was wasn't we well were weren't what when where whether which while who whole whom whose why
        will with within without won't would wouldn't yes yet you you're your yours yourself
        """;

    private static readonly FrozenSet<string> _words =
        List.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <param name="word">In lower case, with a straight apostrophe.</param>
    public static bool Contains(string word) => _words.Contains(word);
}
