import { containersOf } from "../../../aws/calls/ecs";
import { imageRepository } from "../../../aws/ecr-image";
import { absent, block, show, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const containerSafe: ResourceRule = {
  id: "container-safe",
  group: "workflows",
  title:
    "A container logs, is not privileged and names one image for ever; a repository of images scans them and moves no tag.",
  rationale:
    "With the tag latest, two runs of one definition can be two programs; without a log nobody learns why a container failed.",
  severity: "high",
  level: "mandatory",
  remediation:
    'Give the image a tag of its own or a digest, and logConfiguration; set imageTagMutability "IMMUTABLE" and scanOnPush.',
  page: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html",
  types: ["aws:ecs/taskDefinition:TaskDefinition", "aws:ecr/repository:Repository"],
  check({ inputs, type }, found) {
    if (type.endsWith(":Repository")) {
      const mutability: unknown = inputs.imageTagMutability;
      if (mutability !== "IMMUTABLE")
        found.add("imageTagMutability", show(mutability), "a tag names one image for ever", 'set "IMMUTABLE"');
      if (block(inputs.imageScanningConfiguration)?.scanOnPush !== true)
        found.add(
          "imageScanningConfiguration.scanOnPush",
          show(block(inputs.imageScanningConfiguration)?.scanOnPush),
          "images are scanned for known vulnerabilities",
          "set true",
        );
      return;
    }
    for (const [index, container] of containersOf(inputs.containerDefinitions)) {
      const at = `containerDefinitions[${index}]`;
      const image = text(container.image);
      const { tag, digest } = imageRepository(image ?? "") ?? { tag: /:([^:/]+)$/.exec(image ?? "")?.[1] };
      if (image !== undefined && digest === undefined && !image.includes("@sha256:") && (tag ?? "latest") === "latest")
        found.add(
          `${at}.image`,
          show(image),
          "its tag is not latest, which means another image tomorrow",
          "name a tag or a digest",
        );
      if (container.privileged === true)
        found.add(`${at}.privileged`, "true", "a privileged container has the host's rights", "leave it out");
      if (absent(container.logConfiguration))
        found.add(`${at}.logConfiguration`, "nothing", "a container logs", "set the driver awslogs and a log group");
    }
  },
};
