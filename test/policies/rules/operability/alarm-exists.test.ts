import { alarmExists } from "../../../../policies/rules/operability/alarm-exists";
import { spec } from "../../spec";

spec(alarmExists, {
  unknown: {
    of: "stream",
    property: "name",
    says: "stream (aws:kinesis:Stream), name: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
