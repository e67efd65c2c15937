import * as petaplan from "@petaplan/petaplan";

new petaplan.Hub("eco");
const site = new petaplan.Site("campus", { country: "NO", jurisdiction: petaplan.Jurisdiction.IEC });
const phase = new petaplan.Phase("first", { starts: "2027-01-01", inService: "2027-12-31" });
const hall = new petaplan.Hall("hall", {
    site: site.name,
    phase: phase.name,
    floorAreaM2: 400,
    floorLoadKpa: 15,
    itPowerLimitKw: 1500,
    rackPositions: 16,
    redundancy: petaplan.Redundancy.TwoN,
});
export const standsSince = hall.standing.apply((standing) => standing?.placedInUpdate);
