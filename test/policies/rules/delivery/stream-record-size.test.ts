import { streamRecordSize } from "../../../../policies/rules/delivery/stream-record-size";
import { spec } from "../../spec";

spec(streamRecordSize, {
  unknown: {
    of: "stream",
    property: "maxRecordSizeInKib",
    says: "stream (aws:kinesis:Stream), maxRecordSizeInKib: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
