import type { Properties } from "../../core/model";
import type { Finding } from "../../resources/properties";

/** What AWS IoT would refuse of a thing's attributes. */
export function checkThing({ attributes = {}, thingTypeName }: Properties): Finding[] {
  const findings: Finding[] = [];
  const most = thingTypeName === undefined ? 3 : 50;
  const entries = Object.entries(attributes as Record<string, string>);
  if (entries.length > most)
    findings.push({
      path: "attributes",
      message:
        thingTypeName === undefined
          ? `saw ${entries.length} attributes; to use more than 3 attributes, a thing must have a type specified (thingTypeName)`
          : `saw ${entries.length} attributes; a thing has at most 50`,
    });
  for (const [name, value] of entries) {
    if (!/^[a-zA-Z0-9_.,@/:#-]{1,128}$/.test(name))
      findings.push({
        path: `attributes.${name}`,
        message: `saw the name "${name}"; 1-128 letters, digits and _ . , @ / : # -`,
      });
    if (!/^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/.test(value))
      findings.push({
        path: `attributes.${name}`,
        message: `saw "${value}"; at most 800 letters, digits and _ . , @ / : # = [ ] -`,
      });
  }
  return findings;
}
