// Each test has processes of its own, and much of its time it waits for what they do: more than two classes side by side would only wait for each other.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
