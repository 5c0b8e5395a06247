import { twoKeys } from "../../../../policies/rules/retention/two-keys";
import { spec } from "../../spec";

spec(twoKeys, {
  messages: {
    "plant-raw: forceDestroy": [
      "plant-raw (aws:s3:Bucket), forceDestroy: saw true; deleting data takes two keys, and the stack's is not turned; set it to false, or allowDataDeletion: true in the stack's configuration",
    ],
    "plant-data: forceDestroy in production (prod)": [
      "plant-data (aws:s3:Bucket), forceDestroy: saw true; in production no data is deleted with its resource; set false; empty it by hand if it has to go",
    ],
    "a database that takes its tables along": [
      "db (aws:athena:Database), forceDestroy: saw true; deleting data takes two keys, and the stack's is not turned; set it to false, or allowDataDeletion: true in the stack's configuration",
    ],
  },
  unknown: {
    of: "plant-raw",
    property: "forceDestroy",
    says: "plant-raw (aws:s3:Bucket), forceDestroy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
