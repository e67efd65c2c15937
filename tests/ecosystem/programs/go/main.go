package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"petaplan/sdk/go/petaplan"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		if _, err := petaplan.NewHub(ctx, "eco", nil); err != nil {
			return err
		}
		site, err := petaplan.NewSite(ctx, "campus", &petaplan.SiteArgs{
			Country:      pulumi.String("NO"),
			Jurisdiction: petaplan.JurisdictionIEC,
		})
		if err != nil {
			return err
		}
		phase, err := petaplan.NewPhase(ctx, "first", &petaplan.PhaseArgs{
			Starts:    pulumi.String("2027-01-01"),
			InService: pulumi.String("2027-12-31"),
		})
		if err != nil {
			return err
		}
		_, err = petaplan.NewHall(ctx, "hall", &petaplan.HallArgs{
			Site:           site.Name,
			Phase:          phase.Name,
			FloorAreaM2:    pulumi.Float64(400),
			FloorLoadKpa:   pulumi.Float64(15),
			ItPowerLimitKw: pulumi.Float64(1500),
			RackPositions:  pulumi.Int(16),
			Redundancy:     petaplan.RedundancyTwoN,
		})
		return err
	})
}
