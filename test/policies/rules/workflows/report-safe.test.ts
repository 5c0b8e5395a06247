import { reportSafe } from "../../../../policies/rules/workflows/report-safe";
import { spec } from "../../spec";

spec(reportSafe, {
  unknown: {
    of: "set",
    property: "dataSetId",
    says: "set (aws:quicksight:DataSet), dataSetId: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
    add: [
      [
        "aws:quicksight/dataSet:DataSet",
        "set",
        {
          dataSetId: "s",
          importMode: "DIRECT_QUERY",
        },
      ],
      [
        "aws:quicksight/refreshSchedule:RefreshSchedule",
        "refresh",
        {
          dataSetId: "s",
          scheduleId: "r",
        },
      ],
    ],
  },
});
