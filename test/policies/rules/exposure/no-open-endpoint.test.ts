import { noOpenEndpoint } from "../../../../policies/rules/exposure/no-open-endpoint";
import { spec } from "../../spec";

spec(noOpenEndpoint, {
  unknown: {
    of: "importer-permission",
    property: "principal",
    says: "importer-permission (aws:lambda:Permission), principal: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
