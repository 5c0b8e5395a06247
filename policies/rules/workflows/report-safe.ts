import { blocks, list, show } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";

export const reportSafe: StackRule = {
  id: "report-safe",
  group: "workflows",
  title: "QuickSight's permissions are within its limits, and only SPICE is refreshed.",
  rationale: "QuickSight refuses the object, or the refresh of a data set that is queried directly.",
  severity: "medium",
  level: "mandatory",
  remediation: "At most 64 permissions of 16 actions; importMode SPICE for a refresh.",
  page: "https://docs.aws.amazon.com/quicksight/latest/APIReference/API_RefreshSchedule.html",
  checkStack(stack, found) {
    const sets = stack.of("aws:quicksight/dataSet:DataSet");
    const others = stack.of("aws:quicksight/dataSource:DataSource", "aws:quicksight/dashboard:Dashboard");
    for (const view of [...sets, ...others]) {
      const given = found.attempt(view, () => blocks(view.inputs.permissions)) ?? [];
      if (given.length > 64)
        found.on(view).add("permissions", `${given.length} permissions`, "an object has at most 64", "use groups");
      for (const [index, { actions }] of given) {
        const count = list(actions)?.length ?? 0;
        if (count > 16)
          found
            .on(view)
            .add(
              `permissions[${index}].actions`,
              `${count} actions`,
              "a permission has at most 16",
              "use a bundle of QuickSight",
            );
      }
    }
    for (const schedule of stack.of("aws:quicksight/refreshSchedule:RefreshSchedule")) {
      const id: unknown = schedule.raw.dataSetId;
      const set = sets.find(({ raw }) => raw.dataSetId === id);
      if (set !== undefined && set.raw.importMode !== "SPICE")
        found
          .on(schedule)
          .add("dataSetId", show(id), `${set.name} is not imported into SPICE`, 'set its importMode "SPICE"');
    }
  },
};
