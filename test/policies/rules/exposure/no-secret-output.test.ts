import { noSecretOutput } from "../../../../policies/rules/exposure/no-secret-output";
import { spec } from "../../spec";

spec(noSecretOutput, {
  messages: {
    "plant-stack: a password among the outputs": [
      "plant-stack (pulumi:pulumi:Stack), dbPassword: saw a literal value; an output holds no secret in plain text; mark it with pulumi.secret",
    ],
    "plant-stack: an access key within an output": [
      "plant-stack (pulumi:pulumi:Stack), users.0.id: saw an access key of AWS; an output holds no secret in plain text; mark it with pulumi.secret",
    ],
  },
  unknown: {
    of: "plant-stack",
    property: "endpoint",
    says: "plant-stack (pulumi:pulumi:Stack), endpoint: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
