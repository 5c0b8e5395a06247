import { noAccessLists } from "../../../../policies/rules/exposure/no-access-lists";
import { spec } from "../../spec";

spec(noAccessLists, {
  unknown: {
    of: "plant-raw",
    property: "acl",
    says: "plant-raw (aws:s3:Bucket), acl: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
