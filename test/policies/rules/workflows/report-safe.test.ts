import { reportSafe } from "../../../../policies/rules/workflows/report-safe";
import { spec } from "../../spec";

spec(reportSafe, {
  messages: {
    "a refresh of what is not imported": [
      'refresh (aws:quicksight:RefreshSchedule), dataSetId: saw "s"; set is not imported into SPICE; set its importMode "SPICE"',
    ],
    "too many actions": [
      "set (aws:quicksight:DataSet), permissions[0].actions: saw 17 actions; a permission has at most 16; use a bundle of QuickSight",
    ],
  },
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
