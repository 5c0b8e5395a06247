import { catalogLimits } from "../../../../policies/rules/limits/catalog-limits";
import { spec } from "../../spec";

spec(catalogLimits, {
  unknown: {
    of: "table",
    property: "storageDescriptor",
    says: "table (aws:glue:CatalogTable), storageDescriptor: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
