import { isObject } from "../../core/data-file";

/** A provisioning template as it is carried out. https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html */
export interface Template {
  parameters: Record<string, { default?: string }>;
  mappings: Record<string, unknown>;
  thing?: TemplateResource;
  certificate?: TemplateResource;
  policies: TemplateResource[];
  /** values for the device's own configuration */
  deviceConfiguration: Record<string, unknown>;
}

/** A resource of a template; values may be functions such as `{"Ref": "SerialNumber"}`. */
export interface TemplateResource {
  properties: Record<string, unknown>;
  /** what becomes of a thing or certificate that is there already and differs */
  override: Record<string, string>;
}

/** What is wrong with a template, and where. */
export interface TemplateProblem {
  path: string;
  message: string;
}

interface Kind {
  required: readonly string[];
  properties: readonly string[];
  override: Readonly<Record<string, readonly string[]>>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  "AWS::IoT::Thing": {
    required: ["ThingName"],
    properties: ["ThingName", "AttributePayload", "ThingTypeName", "ThingGroups"],
    override: {
      AttributePayload: ["DO_NOTHING", "REPLACE", "FAIL", "MERGE"],
      ThingTypeName: ["DO_NOTHING", "REPLACE", "FAIL"],
      ThingGroups: ["DO_NOTHING", "REPLACE", "FAIL", "MERGE"],
    },
  },
  "AWS::IoT::Certificate": {
    required: [],
    properties: ["CertificateId", "CertificateSigningRequest", "CertificatePem", "Status", "ThingPrincipalType"],
    override: { Status: ["DO_NOTHING", "REPLACE", "FAIL"] },
  },
  "AWS::IoT::Policy": { required: [], properties: ["PolicyName", "PolicyDocument"], override: {} },
};
const FUNCTIONS = ["Ref", "Fn::Join", "Fn::Select", "Fn::FindInMap", "Fn::Split", "Fn::Sub"];
/** Parameters that AWS IoT fills, of a fleet and of a certificate that an authority of the user's signed. */
export const CERTIFICATE_ID = "AWS::IoT::Certificate::Id";

/** Reads a template's body. @returns the template, or everything that is wrong with it */
export function readTemplate(body: string): Template | TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const wrong = (path: string, message: string): void => void problems.push({ path, message });
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    return [{ path: "", message: `is not JSON: ${(error as Error).message}` }];
  }
  if (!isObject(parsed)) return [{ path: "", message: "must be a JSON object with Parameters and Resources" }];
  const { Parameters = {}, Mappings = {}, Resources, DeviceConfiguration = {}, ...others } = parsed;
  for (const name of Object.keys(others))
    wrong(name, "is not executed; a template has Parameters, Mappings, Resources and DeviceConfiguration");
  const template: Template = { parameters: {}, mappings: {}, policies: [], deviceConfiguration: {} };
  if (isObject(Mappings)) template.mappings = Mappings;
  else wrong("Mappings", "must be an object");
  if (isObject(DeviceConfiguration)) template.deviceConfiguration = DeviceConfiguration;
  else wrong("DeviceConfiguration", "must be an object");
  readParameters(Parameters, template, wrong);
  if (!isObject(Resources) || Object.keys(Resources).length === 0)
    wrong("Resources", "must be an object with at least one resource");
  else for (const [name, resource] of Object.entries(Resources)) readResource(name, resource, template, wrong);
  checkFunctions(template.deviceConfiguration, "DeviceConfiguration", template, wrong);
  return problems.length > 0 ? problems : template;
}

type Wrong = (path: string, message: string) => void;

function readParameters(parameters: unknown, template: Template, wrong: Wrong): void {
  if (!isObject(parameters)) return wrong("Parameters", "must be an object");
  for (const [name, parameter] of Object.entries(parameters)) {
    const at = `Parameters.${name}`;
    if (!isObject(parameter) || parameter.Type !== "String")
      wrong(at, 'must be {"Type": "String"}, with or without a Default');
    else if (parameter.Default !== undefined && typeof parameter.Default !== "string")
      wrong(`${at}.Default`, "must be a text");
    else template.parameters[name] = parameter.Default === undefined ? {} : { default: parameter.Default };
  }
}

function readResource(name: string, resource: unknown, template: Template, wrong: Wrong): void {
  const at = `Resources.${name}`;
  const { Type, Properties = {}, OverrideSettings = {} } = isObject(resource) ? resource : {};
  const kind = KINDS[String(Type)];
  if (kind === undefined)
    return wrong(
      `${at}.Type`,
      `saw ${JSON.stringify(Type)}; the local cloud provisions ${Object.keys(KINDS).join(", ")}`,
    );
  if (!isObject(Properties)) return wrong(`${at}.Properties`, "must be an object");
  if (!isObject(OverrideSettings)) return wrong(`${at}.OverrideSettings`, "must be an object");
  for (const property of Object.keys(Properties))
    if (!kind.properties.includes(property))
      wrong(`${at}.Properties.${property}`, `is not executed; the local cloud knows ${kind.properties.join(", ")}`);
  for (const property of kind.required)
    if (Properties[property] === undefined) wrong(`${at}.Properties.${property}`, "is required");
  for (const [property, value] of Object.entries(OverrideSettings))
    if (kind.override[property]?.includes(String(value)) !== true)
      wrong(`${at}.OverrideSettings.${property}`, `saw ${JSON.stringify(value)}; ${overrides(kind)}`);
  checkFunctions(Properties, `${at}.Properties`, template, wrong);
  const read: TemplateResource = { properties: Properties, override: OverrideSettings as Record<string, string> };
  if (Type === "AWS::IoT::Policy") {
    const given = ["PolicyName", "PolicyDocument"].filter((property) => Properties[property] !== undefined);
    if (given.length !== 1) wrong(`${at}.Properties`, "a policy has either PolicyName or PolicyDocument");
    template.policies.push(read);
  } else {
    const member = Type === "AWS::IoT::Thing" ? "thing" : "certificate";
    if (template[member] !== undefined) wrong(at, `a template has one resource of the type ${String(Type)}`);
    if (
      member === "certificate" &&
      ["CertificateId", "CertificateSigningRequest", "CertificatePem"].filter(
        (property) => Properties[property] !== undefined,
      ).length !== 1
    )
      wrong(`${at}.Properties`, "a certificate has one of CertificateId, CertificateSigningRequest and CertificatePem");
    template[member] = read;
  }
}

function overrides({ override }: Kind): string {
  const known = Object.entries(override).map(([property, values]) => `${property}: ${values.join(", ")}`);
  return known.length === 0 ? "a policy has no override settings" : `there is ${known.join("; ")}`;
}

/** Reports functions that are not executed, and references to parameters that the template does not have. */
function checkFunctions(value: unknown, at: string, template: Template, wrong: Wrong): void {
  if (Array.isArray(value))
    return value.forEach((item, index) => checkFunctions(item, `${at}[${index}]`, template, wrong));
  if (!isObject(value)) return;
  const [name, ...more] = Object.keys(value);
  const isFunction = more.length === 0 && name !== undefined && (name === "Ref" || name.startsWith("Fn::"));
  if (isFunction && !FUNCTIONS.includes(name))
    return wrong(at, `the function ${name} is not executed; there is ${FUNCTIONS.join(", ")}`);
  if (isFunction && name === "Ref" && template.parameters[String(value.Ref)] === undefined)
    return wrong(at, `refers to ${JSON.stringify(value.Ref)}, which is no parameter of the template`);
  for (const [key, item] of Object.entries(value)) checkFunctions(item, `${at}.${key}`, template, wrong);
}
