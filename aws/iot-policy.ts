/**
 * Policies of devices: what differs from IAM's documents
 * (https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html,
 * https://docs.aws.amazon.com/iot/latest/developerguide/iot-policy-variables.html).
 */

/** Attributes of a certificate's names in policy variables, by what X.509 calls them. https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html */
export const NAME_VARIABLES: Readonly<Record<string, string>> = {
  dnQualifier: "DistinguishedNameQualifier",
  C: "Country",
  O: "Organization",
  OU: "OrganizationalUnit",
  ST: "State",
  CN: "CommonName",
  serialNumber: "SerialNumber",
  title: "Title",
  SN: "Surname",
  GN: "GivenName",
  initials: "Initials",
  pseudonym: "Pseudonym",
  generationQualifier: "GenerationQualifier",
};

const NAME = Object.values(NAME_VARIABLES).join("|");
const KNOWN = new RegExp(
  String.raw`^(iot:ClientId|aws:SourceIp|iot:Connection\.Thing\.(ThingName|ThingTypeName|IsAttached|Attributes\[[a-zA-Z0-9_.,@/:#-]{1,128}\])|` +
    String.raw`iot:Certificate\.((Subject|Issuer)\.(${NAME})(\.\d+)?|SerialNumber))$`,
);
/** Characters that are written as variables because they mean something in a policy. */
const ESCAPES: Readonly<Record<string, string>> = { "*": "*", "?": "?", $: "$" };
const VARIABLE = /\$\{([^}]*)\}/g;

/** Variables in a text of a policy that AWS IoT does not have for a client with a certificate. */
export function unknownVariables(text: string): string[] {
  return [...text.matchAll(VARIABLE)]
    .map(([, name]) => name!)
    .filter((name) => !KNOWN.test(name) && ESCAPES[name] === undefined);
}

/** Stand for the wildcards in a value, which are characters like any others there. */
const LITERAL: Readonly<Record<string, string>> = { "*": "\uE000", "?": "\uE001" };

/** A text in which no character is a wildcard. */
export function literal(text: string): string {
  return text.replace(/[*?]/g, (char) => LITERAL[char]!);
}

/**
 * A text of a policy with the values of its variables; undefined if one has none, for then what it is in does not apply. The value's `*` and `?` are
 * no wildcards: compare with a text that went through `literal`.
 */
export function resolve(text: string, values: Readonly<Record<string, string>>): string | undefined {
  let complete = true;
  const resolved = text.replace(VARIABLE, (_, name: string) => {
    const value = ESCAPES[name] ?? (Object.hasOwn(values, name) ? values[name] : undefined);
    if (value === undefined) complete = false;
    return literal(value ?? "");
  });
  return complete ? resolved : undefined;
}
