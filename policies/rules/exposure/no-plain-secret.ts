import { absent, block, list, show, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";
import { isSecretName, secretKind } from "../../framework/secrets";

/** Properties that hold a secret in plain by their nature, by type. */
const SECRETS: Readonly<Record<string, readonly string[]>> = {
  "aws:dms/endpoint:Endpoint": ["password"],
  "aws:rds/instance:Instance": ["password"],
  "aws:rds/cluster:Cluster": ["masterPassword"],
  "aws:redshift/cluster:Cluster": ["masterPassword"],
};

export const noPlainSecret: ResourceRule = {
  id: "no-plain-secret",
  group: "exposure",
  title: "No environment variable, parameter, description or tag contains a secret in plain text.",
  rationale:
    "Anyone who may describe the function or the parameter can read the secret, and tools write it into their logs.",
  severity: "critical",
  level: "mandatory",
  remediation: "Store it in Secrets Manager or a SecureString, pass the ARN, and let the role read it.",
  page: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/hardcoded.html",
  types: ["*"],
  check(view, found) {
    const { inputs, type } = view;
    for (const property of SECRETS[type] ?? [])
      if (!absent(found.attempt(() => inputs[property] as unknown)) && text(inputs[property]) !== "")
        found.add(
          property,
          "a password",
          "a password is read from Secrets Manager",
          type.startsWith("aws:dms/")
            ? "use secretsManagerArn and secretsManagerAccessRoleArn"
            : "let the service manage it",
        );
    if (type === "aws:ssm/parameter:Parameter") {
      const value = found.attempt(() => (inputs.value ?? inputs.insecureValue) as unknown);
      if (
        inputs.type !== "SecureString" &&
        (isSecretName(text(inputs.name) ?? view.name) || secretKind(value) !== undefined)
      )
        found.add("type", show(inputs.type), "a parameter that holds a secret is a SecureString", 'set "SecureString"');
      return;
    }
    if (type === "aws:iot/certificate:Certificate" && absent(inputs.csr) && absent(inputs.certificatePem))
      found.add(
        "csr",
        "nothing",
        "without a request of its own the certificate's private key is kept in the stack's state",
        "give a CSR, or use fleet provisioning",
      );
    // What has to hold secrets, and the names of secrets, are no secrets in the open.
    if (/^aws:(secretsmanager|kms|iot\/certificate)/.test(type)) return;
    found.attempt(() => {
      const variables = { ...block(block(inputs.environment)?.variables) };
      for (const [name, value] of Object.entries(variables)) judge(`environment.variables.${name}`, name, value);
    });
    for (const member of ["connectionProperties", "defaultArguments"])
      found.attempt(() => {
        for (const [name, value] of Object.entries({ ...block(inputs[member]) }))
          judge(`${member}.${name}`, name.replace(/^--/, ""), value);
      });
    if (type === "aws:ecs/taskDefinition:TaskDefinition")
      found.attempt(() => containers(text(inputs.containerDefinitions)));
    if (type === "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream")
      found.attempt(() => {
        for (const [key, value] of Object.entries(inputs)) {
          const destination = /Configuration$/.test(key) ? block(value) : undefined;
          for (const member of ["accessKey", "hecToken", "password", "privateKey", "keyPassphrase"])
            if (text(destination?.[member]) !== undefined && text(destination?.[member]) !== "")
              found.add(
                `${key}.${member}`,
                "a secret in plain",
                "a destination's secret is read from Secrets Manager",
                "use secretsManagerConfiguration",
              );
        }
      });
    for (const [path, value] of texts(view.plain, ""))
      if (!path.startsWith("environment.") && secretKind(value) !== undefined)
        found.add(
          path,
          `${secretKind(value)}`,
          "a secret does not stand in plain text in the program's resources",
          "read it from Secrets Manager",
        );

    function judge(path: string, name: string, value: unknown): void {
      const kind = secretKind(value) ?? (isSecretName(name) && isLiteral(value) ? "a literal value" : undefined);
      if (kind !== undefined)
        found.add(
          path,
          kind,
          path.startsWith("environment") ? "an environment variable holds no secret" : "a setting holds no secret",
          "hand on the ARN of the secret, and read it at run time",
        );
    }
    function containers(json: string | undefined): void {
      if (json === undefined) return;
      let definitions: unknown;
      try {
        definitions = JSON.parse(json);
      } catch {
        return;
      }
      for (const [index, item] of (list(definitions) ?? []).entries())
        for (const variable of list(block(item)?.environment) ?? [])
          judge(
            `containerDefinitions[${index}].environment`,
            text(block(variable)?.name) ?? "",
            block(variable)?.value,
          );
    }
  },
};

/** Anything but a reference to where the secret is kept. */
function isLiteral(value: unknown): boolean {
  const given = text(value);
  return (
    given !== undefined &&
    given !== "" &&
    !/^(arn:|\/|https?:|s3:|alias\/|\{\{resolve:|true$|false$|\d{1,6}$)/.test(given)
  );
}

function* texts(value: unknown, path: string): Iterable<[string, string]> {
  if (typeof value === "string") {
    if (value.length < 65_536) yield [path, value];
  } else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* texts(item, `${path}[${index}]`);
  else if (typeof value === "object" && value !== null)
    for (const [key, item] of Object.entries(value)) {
      if (key === "code" || key === "source" || key === "content") continue;
      yield* texts(item, path === "" ? key : `${path}.${key}`);
    }
}
