import { resultsApart } from "../../../../policies/rules/queries/results-apart";
import { spec } from "../../spec";

spec(resultsApart, {
  messages: {
    "workgroup: results among the rows of a table": [
      'workgroup (aws:athena:Workgroup), configuration.resultConfiguration.outputLocation: saw "s3://plant-data/rows/results/"; the table table takes every object below s3://plant-data/rows/ for rows; choose another prefix or bucket',
    ],
  },
  unknown: { never: "places that are not known are told by query-results-end" },
});
