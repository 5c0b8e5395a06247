import { noSecretOutput } from "../../../../policies/rules/exposure/no-secret-output";
import { spec } from "../../spec";

spec(noSecretOutput, {
  unknown: {
    of: "plant-stack",
    property: "endpoint",
    says: "plant-stack (pulumi:pulumi:Stack), endpoint: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
