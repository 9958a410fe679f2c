namespace Orchestrator.TestKit.Tables.Rows;

/// <summary>
/// Rows in the order of their keys, in pages of up to <see cref="PageSize"/>: finding, inserting and removing take O(log n), and walking on from a key takes
/// as long as the rows walked over. Not safe for several threads.
/// </summary>
internal sealed class RowSet
{
    private const int PageSize = 512;

    /// <summary>No page is empty, unless it is the only one.</summary>
    private readonly List<List<StoredRow>> _pages = [[]];

    public int Count { get; private set; }

    public StoredRow? Find(RowKeys keys)
    {
        var page = _pages[PageOf(keys)];
        var index = IndexIn(page, keys);
        return index >= 0 ? page[index] : null;
    }

    /// <summary>Inserts a row, or puts it in the place of the one with its keys.</summary>
    public void Put(StoredRow row)
    {
        var pageIndex = PageOf(row.Keys);
        var page = _pages[pageIndex];
        var index = IndexIn(page, row.Keys);
        if (index >= 0)
        {
            page[index] = row;
            return;
        }

        page.Insert(~index, WithSharedPartitionKey(row, page, ~index));
        Count++;
        if (page.Count > PageSize)
            Split(pageIndex, ~index);
    }

    public void Remove(RowKeys keys)
    {
        var pageIndex = PageOf(keys);
        var page = _pages[pageIndex];
        var index = IndexIn(page, keys);
        if (index < 0)
            return;

        page.RemoveAt(index);
        Count--;
        if (page.Count == 0 && _pages.Count > 1)
            _pages.RemoveAt(pageIndex);
    }

    /// <summary>The rows from a key on, it included, in order. The set must not change meanwhile.</summary>
    public IEnumerable<StoredRow> From(RowKeys keys)
    {
        var pageIndex = PageOf(keys);
        var index = IndexIn(_pages[pageIndex], keys);
        for (index = index < 0 ? ~index : index; pageIndex < _pages.Count; pageIndex++, index = 0)
        {
            for (; index < _pages[pageIndex].Count; index++)
                yield return _pages[pageIndex][index];
        }
    }

    /// <summary>The last page that begins at or before the key.</summary>
    private int PageOf(RowKeys keys)
    {
        var (low, high) = (0, _pages.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_pages[middle][0].Keys.ComparedWith(keys) <= 0)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private static int IndexIn(List<StoredRow> page, RowKeys keys)
    {
        var (low, high) = (0, page.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = page[middle].Keys.ComparedWith(keys);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }

    /// <summary>One string for all rows of a partition, as nearly as looking at the neighbours brings it.</summary>
    private static StoredRow WithSharedPartitionKey(StoredRow row, List<StoredRow> page, int index)
    {
        var neighbour = index > 0 ? page[index - 1] : page.Count > 0 ? page[0] : null;
        return neighbour is null || !string.Equals(neighbour.Keys.Partition, row.Keys.Partition, StringComparison.Ordinal)
            ? row
            : new StoredRow(row.Keys with { Partition = neighbour.Keys.Partition }, row.Columns, row.Timestamp.UtcTicks);
    }

    /// <summary>In halves; but what comes in ascending order leaves full pages behind.</summary>
    private void Split(int pageIndex, int insertedAt)
    {
        var page = _pages[pageIndex];
        var cut = insertedAt == page.Count - 1 ? insertedAt : page.Count / 2;
        var upper = new List<StoredRow>(PageSize + 1);
        upper.AddRange(page.Skip(cut));
        page.RemoveRange(cut, page.Count - cut);
        _pages.Insert(pageIndex + 1, upper);
    }
}
