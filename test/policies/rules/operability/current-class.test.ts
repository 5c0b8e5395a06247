import { currentClass } from "../../../../policies/rules/operability/current-class";
import { spec } from "../../spec";

spec(currentClass, {
  unknown: {
    never: "the class is the resource's type",
  },
});
