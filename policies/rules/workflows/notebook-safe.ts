import { block, show, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const notebookSafe: ResourceRule = {
  id: "notebook-safe",
  group: "workflows",
  title: "A notebook has no direct internet access and no root access, and uses IMDSv2 and a maintained platform.",
  rationale: "Anyone who runs a cell could otherwise exfiltrate data or take the instance's role.",
  severity: "high",
  level: "mandatory",
  remediation: 'Set directInternetAccess and rootAccess "Disabled", IMDS version 2 and notebook-al2023-v1.',
  page: "https://docs.aws.amazon.com/sagemaker/latest/dg/infrastructure-connect-to-resources.html",
  types: ["aws:sagemaker/notebookInstance:NotebookInstance"],
  check({ inputs }, found) {
    for (const member of ["directInternetAccess", "rootAccess"])
      if (inputs[member] !== "Disabled") found.add(member, show(inputs[member]), "it is disabled", 'set "Disabled"');
    const service = "instanceMetadataServiceConfiguration";
    const version: unknown = block(inputs[service])?.minimumInstanceMetadataServiceVersion;
    if (version !== "2")
      found.add(
        `${service}.minimumInstanceMetadataServiceVersion`,
        show(version),
        "instance metadata is read with a token",
        'set "2"',
      );
    if (text(inputs.platformIdentifier)?.includes("al2023") !== true)
      found.add(
        "platformIdentifier",
        show(inputs.platformIdentifier),
        "the platform is maintained",
        'set "notebook-al2023-v1"',
      );
  },
};
