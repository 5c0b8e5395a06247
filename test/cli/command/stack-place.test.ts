import assert from "node:assert/strict";
import { asUserError } from "../../../cli/command/stack-place";
import { isUserError } from "../../../cli/command/run";

describe("cli/command: errors of AWS's clients", () => {
  const error = (name: string, message: string, more: object = {}): Error =>
    Object.assign(new Error(message), { name, ...more });
  const words = (given: Error): string => {
    const found = asUserError(given);
    assert.ok(isUserError(found), String(found));
    return found.problems.join();
  };

  it("are the user's if there are no credentials, no permission, or nobody listens", () => {
    assert.match(
      words(error("CredentialsProviderError", "Could not load credentials from any providers")),
      /No AWS credentials were found: .*set AWS_PROFILE, or leave out --aws/,
    );
    assert.equal(words(error("AccessDenied", "no", { $metadata: {} })), "AccessDenied: no");
    assert.match(words(error("Error", "connect", { code: "ECONNREFUSED" })), /npm start -- --keep runs/);
    assert.equal(words(error("Error", "getaddrinfo ENOTFOUND", { code: "ENOTFOUND" })), "Error: getaddrinfo ENOTFOUND");
  });

  it("stay what they are otherwise", () => {
    const defect = error("TypeError", "x is undefined");
    assert.equal(asUserError(defect), defect);
  });
});
