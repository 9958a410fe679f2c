namespace Orchestrator.Configuration.Tests;

public sealed class LiveOptionsTests
{
    [Fact]
    public void Change_OfALiveSetting_IsTakenAndLogged()
    {
        using var rig = new Rig(("Rate", "3"));
        var heard = new List<int>();
        using var listening = rig.Options.OnChange((options, _) => heard.Add(options.Rate));
        Assert.Equal(3, rig.Options.CurrentValue.Rate);

        rig.Change(("Rate", "4"), ("Token", "0123456789"));

        Assert.Equal(4, rig.Options.CurrentValue.Rate);
        Assert.Equal([4], heard);
        Assert.Equal(
            ["Information 1000 Orchestrator:Sample:Rate has changed from 3 to 4.", "Information 1000 Orchestrator:Sample:Token has changed from not set to ***."],
            rig.Log);
    }

    [Fact]
    public void Change_OfAnotherSetting_WaitsForTheNextStartAndIsSaidOnce()
    {
        using var rig = new Rig(("Lanes", "3"), ("Folders:0", "/a"));
        Assert.Equal(3, rig.Options.CurrentValue.Lanes);

        rig.Change(("Lanes", "4"), ("Folders:1", "/b"), ("Within:Depth", "7"), ("Rate", "6"));
        rig.Change(("Rate", "7"));

        Assert.Equal((3, 7), (rig.Options.CurrentValue.Lanes, rig.Options.CurrentValue.Rate));
        Assert.Equal(["/a"], rig.Options.CurrentValue.Folders);
        Assert.Equal(1, rig.Options.CurrentValue.Within.Depth);
        Assert.Equal(
            [
                "Information 1000 Orchestrator:Sample:Rate has changed from 5 to 6.",
                "Information 1000 Orchestrator:Sample:Rate has changed from 6 to 7.",
                "Warning 1001 Orchestrator:Sample:Folders:1 is /b in the settings now, which takes effect at the next start; until then it stays not set.",
                "Warning 1001 Orchestrator:Sample:Lanes is 4 in the settings now, which takes effect at the next start; until then it stays 3.",
                "Warning 1001 Orchestrator:Sample:Within:Depth is 7 in the settings now, which takes effect at the next start; until then it stays 1.",
            ],
            rig.Log.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Change_OfAnEntryThatIsASecret_IsSaidWithoutItsValue()
    {
        using var rig = new Rig(hasVault: true, ("Vault:Limit", "1"), ("Vault:payments", "hush"), ("Vault:mail", "quiet"));
        Assert.Equal(1, rig.Vault.CurrentValue.Limit);

        rig.Change(("Vault:payments", "hush-2"), ("Vault:letters", "whisper"));
        rig.Change(("Rate", "7"));

        Assert.Equal(
            ["Information 1000 Orchestrator:Sample:Vault:letters has changed from not set to ***.", "Information 1000 Orchestrator:Sample:Vault:payments has changed from *** to ***."],
            rig.Log.Where(line => line.Contains("Vault", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Change_AtFault_IsRefusedAsAWholeAndSaidOnce()
    {
        using var rig = new Rig(("Rate", "3"));
        Assert.Equal(3, rig.Options.CurrentValue.Rate);

        rig.Change(("Rate", "99"), ("Wait", "00:00:01"));
        rig.Change(("Rate", "99"));

        Assert.Equal((3, TimeSpan.FromSeconds(30)), (rig.Options.CurrentValue.Rate, rig.Options.CurrentValue.Wait));
        Assert.Equal(
            ["Error 1002 A change of Orchestrator:Sample is refused, and the values before it stay in force: Orchestrator:Sample:Rate is '99'; it must be 1 to 10."],
            rig.Log);

        rig.Change(("Rate", "4"));

        Assert.Equal((4, TimeSpan.FromSeconds(1)), (rig.Options.CurrentValue.Rate, rig.Options.CurrentValue.Wait));
    }

    [Fact]
    public void Change_OfEntriesByName_IsTaken()
    {
        using var rig = new Rig(("Keys:ada:Key", "one"));
        Assert.Single(rig.Options.CurrentValue.Keys);

        rig.Change(("Keys:eve:Key", "two"), ("Keys:ada:Key", null));

        Assert.Equal("eve", Assert.Single(rig.Options.CurrentValue.Keys).Key);
        Assert.Contains("Information 1000 Orchestrator:Sample:Keys:eve:Key has changed from not set to ***.", rig.Log);
    }
}
