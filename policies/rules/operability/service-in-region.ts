import type { StackRule } from "../../framework/rule";
import { note } from "../../framework/view";

/** Regions of the partition aws without the service, by the endpoints of botocore 1.43.107 (2026). */
const WITHOUT = [
  {
    types: "aws:iot/",
    service: "AWS IoT Core",
    regions:
      "af-south-1 ap-east-2 ap-northeast-3 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-6 ap-southeast-7 ca-west-1 eu-central-2 mx-central-1",
  },
  {
    types: "aws:quicksight/",
    service: "QuickSight",
    regions:
      "ap-east-1 ap-east-2 ap-northeast-3 ap-south-2 ap-southeast-4 ap-southeast-6 ap-southeast-7 ca-west-1 me-south-1 mx-central-1 us-west-1",
  },
];

export const serviceInRegion: StackRule = {
  id: "service-in-region",
  group: "operability",
  title: "The stack's region has the services that it uses.",
  rationale: "The update fails at the first resource of a service that the region lacks.",
  severity: "high",
  level: "mandatory",
  remediation: "Choose another region: pulumi config set aws:region eu-central-1.",
  page: "https://docs.aws.amazon.com/general/latest/gr/iot-core.html",
  checkStack(stack, found, { region }) {
    for (const { types, service, regions } of WITHOUT) {
      const first = stack.all.find(({ type }) => type.startsWith(types));
      if (first !== undefined && region === undefined) note(first, "region");
      if (first !== undefined && region !== undefined && regions.split(" ").includes(region))
        found
          .on(first)
          .add("", `region ${region}`, `${service} is not in that region`, "choose another with aws:region");
    }
  },
};
