import { containersOf } from "../../../aws/calls/ecs";
import { absent, block, show, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const containerConfined: ResourceRule = {
  id: "container-confined",
  group: "workflows",
  title:
    "A container runs as another user than root, with a root file system that it cannot write to, and without a public IP address.",
  rationale: "Whoever takes over the container could otherwise change its programs, and reach it from the internet.",
  severity: "medium",
  level: "advisory",
  remediation:
    "Set user and readonlyRootFilesystem; run it in private subnets with a way to ECR, S3 and CloudWatch Logs.",
  page: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html",
  types: ["aws:ecs/taskDefinition:TaskDefinition", "aws:sfn/stateMachine:StateMachine"],
  check({ inputs, type }, found) {
    if (type.endsWith(":StateMachine")) {
      for (const [name, address] of publicAddresses(text(inputs.definition)))
        found.add(
          `definition.States.${name}.Arguments.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp`,
          show(address),
          "a container has no public IP address",
          'set "DISABLED"',
        );
      return;
    }
    for (const [index, { user, readonlyRootFilesystem: readOnly }] of containersOf(inputs.containerDefinitions)) {
      const at = `containerDefinitions[${index}]`;
      if (absent(user) || /^(root|0)(:|$)/.test(text(user) ?? ""))
        found.add(`${at}.user`, show(user), "a container does not run as root", 'set user, for example "1000:1000"');
      if (readOnly !== true)
        found.add(
          `${at}.readonlyRootFilesystem`,
          show(readOnly),
          "a container cannot write to its root file system",
          "set true, and give it a volume",
        );
    }
  },
};

/** States that run a task of ECS with a public IP address. */
function publicAddresses(definition: string | undefined): [name: string, address: unknown][] {
  let states: Record<string, unknown>;
  try {
    states = block(block(JSON.parse(definition ?? "{}"))?.States) ?? {};
  } catch {
    return [];
  }
  return Object.entries(states).flatMap(([name, value]): [string, unknown][] => {
    const state = block(value);
    if (text(state?.Resource)?.includes(":ecs:runTask") !== true) return [];
    const network = block((block(state?.Arguments) ?? block(state?.Parameters))?.NetworkConfiguration);
    const address: unknown = block(network?.AwsvpcConfiguration)?.AssignPublicIp;
    return address === "ENABLED" ? [[name, address]] : [];
  });
}
