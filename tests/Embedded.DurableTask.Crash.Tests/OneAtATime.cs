// Each test has processes of its own, and waits for what they do: side by side they would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
