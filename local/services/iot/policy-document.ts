import { policy } from "../../../aws/limits/iot";
import { unknownVariables } from "../../../aws/iot-policy";
import type { Finding } from "../../../aws/values";
import { checkConditions, listOf, statementsOf } from "../../iam/document";

/**
 * Checks the policy of a device: what AWS refuses of it, and that the local cloud evaluates everything in it.
 * @param path the property that holds the document
 */
export function checkDevicePolicy(document: string, path: string): Finding[] {
  const findings = policy({ policy: document }).map((finding) => ({
    ...finding,
    path: finding.path.replace(/^policy/, path),
  }));
  statementsOf(document).forEach((statement, index) => {
    const at = `${path}.Statement[${index}]`;
    const wrong = (place: string, message: string): void => void findings.push({ path: place, message });
    for (const action of [...listOf(statement.Action), ...listOf(statement.NotAction)])
      if (action !== "*" && !/^iot:/i.test(action))
        wrong(`${at}.Action`, `saw "${action}"; the actions of a device are those of AWS IoT, iot:...`);
    checkConditions(statement.Condition, at, wrong);
    for (const member of ["Resource", "NotResource", "Condition"])
      for (const name of unknownVariables(JSON.stringify(statement[member] ?? "")))
        wrong(`${at}.${member}`, `saw the variable \${${name}}; the local cloud has no value for it`);
  });
  return findings;
}
