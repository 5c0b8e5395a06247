import { show, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const oneRegion: ResourceRule = {
  id: "one-region",
  group: "operability",
  title: "No resource is created in another region than the stack's.",
  rationale:
    "Delivery streams, keys and functions reach only their own region; data may leave the region where it must be kept.",
  severity: "high",
  level: "mandatory",
  remediation: "Leave the argument region out.",
  page: "https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration/",
  types: ["*"],
  check(view, found, { region }) {
    const given = text(view.raw.region);
    if (given !== undefined && region !== undefined && given !== region)
      found.add("region", show(given), `the stack's region is ${region}`, "leave it out");
  },
};
