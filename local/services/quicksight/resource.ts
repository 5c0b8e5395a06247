import { NAMES } from "../../../aws/names";
import { isRecord } from "../../../aws/text/record";
import { nearest } from "../../../aws/text/nearest";
import { ofType, TYPES, type Properties, type Resource } from "../../core/model";
import { arnOf, type Handler } from "../../resources/handler";
import {
  arn,
  block,
  checked,
  flag,
  jsonText,
  list,
  oneOf,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
  type Finding,
} from "../../resources/properties";
import type { ProgramReport } from "../../resources/references";
import { DASHBOARD_TYPE, dashboardFindings, dataSetsOf } from "./dashboard";

const ID = required(physicalName(NAMES.quickSight));
const OTHER_ACCOUNT = refused("the local cloud has one account; leave it out");
/** Who may see or change an object. The local cloud has no users of QuickSight, so nobody is let in or kept out. */
const PERMISSIONS = checked(
  list(block({ principal: required(arn("quicksight")), actions: required(list(text())) }), {
    check: (all) => (all.length > 64 ? `${all.length} permissions; at most 64` : undefined),
  }),
);
const NAME = checked(
  text({ check: (name) => (name.length > 128 ? `${name.length} characters; at most 128` : undefined) }),
);
const ONLY_ATHENA = refused("the local cloud's data sources are Athena's: parameters.athena");
const NOT_QUERIED = refused(
  "the local cloud runs the data set's SQL and nothing behind it; write it in customSql.sqlQuery",
);

/**
 * Data source of Athena, whose role runs the queries of its data sets.
 * @see https://docs.aws.amazon.com/quicksight/latest/APIReference/API_CreateDataSource.html
 */
export const dataSource: Handler = {
  type: TYPES.dataSource,
  properties: {
    dataSourceId: ID,
    name: required(NAME),
    type: required(replaces(oneOf(["ATHENA"]))),
    parameters: required(
      block({
        athena: required(block({ workGroup: required(text()), roleArn: required(arn("iam")) })),
        ...Object.fromEntries(
          "amazonElasticsearch aurora auroraPostgresql awsIotAnalytics databricks jira mariaDb mysql oracle postgresql presto rds redshift s3 serviceNow snowflake spark sqlServer teradata twitter"
            .split(" ")
            .map((name) => [name, ONLY_ATHENA]),
        ),
      }),
    ),
    permissions: PERMISSIONS,
    sslProperties: checked(block({ disableSsl: required(flag()) })),
    tags,
    region: checked(text()),
    awsAccountId: OTHER_ACCOUNT,
    credentials: refused("Athena is queried with the role of parameters.athena.roleArn"),
    vpcConnectionProperties: refused("Athena needs no VPC connection; leave it out"),
  },
  references: ({ parameters }, declared, report) => {
    const { roleArn, workGroup } = parameters?.athena ?? {};
    declared.require(TYPES.role, roleArn, "role", "parameters.athena.roleArn", report);
    declared.require(TYPES.workgroup, workGroup, "workgroup", "parameters.athena.workGroup", report);
  },
  plan: (inputs, context) => ({
    id: `${context.account},${inputs.dataSourceId}`,
    outputs: { arn: arnOf(context, "quicksight", `datasource/${inputs.dataSourceId}`), awsAccountId: context.account },
  }),
};

const WEEKDAYS = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];
/** Types of columns. https://docs.aws.amazon.com/quicksight/latest/APIReference/API_InputColumn.html */
const COLUMN_TYPES = ["STRING", "INTEGER", "DECIMAL", "DATETIME", "BOOLEAN"];

/**
 * Data set by SQL of Athena. The local cloud runs the SQL with the role of its data source and compares the columns.
 * @see https://docs.aws.amazon.com/quicksight/latest/APIReference/API_CreateDataSet.html
 */
export const dataSet: Handler = {
  type: TYPES.dataSet,
  properties: {
    dataSetId: ID,
    name: required(NAME),
    importMode: required(oneOf(["SPICE", "DIRECT_QUERY"])),
    physicalTableMaps: required(
      list(
        block({
          physicalTableMapId: required(checked(text())),
          customSql: required(
            block({
              dataSourceArn: required(arn("quicksight")),
              name: required(checked(text())),
              sqlQuery: required(
                text({
                  check: (sql) =>
                    sql.length > 168_000 ? `${sql.length} characters; QuickSight takes 168,000` : undefined,
                }),
              ),
              columns: required(list(block({ name: required(text()), type: required(oneOf(COLUMN_TYPES)) }))),
            }),
          ),
          relationalTable: NOT_QUERIED,
          s3Source: NOT_QUERIED,
        }),
        { check: (maps) => (maps.length === 1 ? undefined : `${maps.length} tables; the local cloud takes one`) },
      ),
    ),
    permissions: PERMISSIONS,
    tags,
    region: checked(text()),
    awsAccountId: OTHER_ACCOUNT,
    ...Object.fromEntries(
      "columnGroups columnLevelPermissionRules dataSetUsageConfiguration fieldFolders logicalTableMaps refreshProperties rowLevelPermissionDataSet rowLevelPermissionTagConfiguration useAs"
        .split(" ")
        .map((name) => [name, NOT_QUERIED]),
    ),
  },
  check: ({ physicalTableMaps = [] }) => duplicateColumns(physicalTableMaps),
  references: ({ physicalTableMaps = [] }, declared, report) => {
    const at = "physicalTableMaps[0].customSql.dataSourceArn";
    declared.require(TYPES.dataSource, physicalTableMaps[0]?.customSql?.dataSourceArn, "data source", at, report);
  },
  plan: (inputs, context) => ({
    id: `${context.account},${inputs.dataSetId}`,
    outputs: { arn: arnOf(context, "quicksight", `dataset/${inputs.dataSetId}`), awsAccountId: context.account },
  }),
};

function duplicateColumns(maps: Properties[]): Finding[] {
  const names: string[] = (maps[0]?.customSql?.columns ?? []).map(({ name }: Properties) => String(name).toLowerCase());
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice < 0) return [];
  return [
    {
      path: `physicalTableMaps[0].customSql.columns[${twice}].name`,
      message: `saw "${names[twice]}" twice; name them apart`,
    },
  ];
}

/**
 * When a data set in SPICE is refreshed, on the local clock.
 * @see https://docs.aws.amazon.com/quicksight/latest/APIReference/API_RefreshSchedule.html
 */
export const refreshSchedule: Handler = {
  type: TYPES.refreshSchedule,
  properties: {
    dataSetId: required(replaces(text())),
    scheduleId: ID,
    schedule: required(
      block({
        refreshType: required(oneOf(["FULL_REFRESH"])),
        scheduleFrequency: required(
          block({
            interval: required(oneOf(["HOURLY", "DAILY", "WEEKLY", "MONTHLY"])),
            timeOfTheDay: text({
              check: (time) => (/^([01]\d|2[0-3]):[0-5]\d$/.test(time) ? undefined : `saw "${time}"; must be HH:MM`),
            }),
            timezone: refused("the local clock is in UTC", "UTC"),
            refreshOnDay: block({ dayOfWeek: oneOf(WEEKDAYS), dayOfMonth: text() }),
          }),
        ),
        startAfterDateTime: refused("leave it out"),
      }),
    ),
    region: checked(text()),
    awsAccountId: OTHER_ACCOUNT,
  },
  check: ({ schedule }) => frequencyFindings(schedule?.scheduleFrequency ?? {}),
  references: ({ dataSetId }, declared, report) =>
    declared.require(TYPES.dataSet, dataSetId, "data set", "dataSetId", report),
  checkProgram: (resources, report) => {
    for (const resource of ofType(resources, TYPES.refreshSchedule)) {
      const set = ofType(resources, TYPES.dataSet).find(({ inputs }) => inputs.dataSetId === resource.inputs.dataSetId);
      if (set !== undefined && set.inputs.importMode !== "SPICE")
        report(
          resource,
          "dataSetId",
          `saw the data set ${set.inputs.name}, which is not in SPICE; only SPICE is refreshed`,
        );
    }
  },
  plan: (inputs, context) => ({
    id: `${context.account},${inputs.dataSetId},${inputs.scheduleId}`,
    outputs: {
      arn: arnOf(context, "quicksight", `dataset/${inputs.dataSetId}/refresh-schedule/${inputs.scheduleId}`),
      awsAccountId: context.account,
    },
  }),
};

/** A time of the day and a day, where the interval has them. https://docs.aws.amazon.com/quicksight/latest/APIReference/API_RefreshFrequency.html */
function frequencyFindings({ interval, timeOfTheDay, refreshOnDay }: Properties): Finding[] {
  const at = "schedule.scheduleFrequency";
  if (interval === undefined || interval === "HOURLY") return [];
  const findings: Finding[] = [];
  if (timeOfTheDay === undefined)
    findings.push({ path: `${at}.timeOfTheDay`, message: `is required with ${interval}` });
  if (interval === "WEEKLY" && refreshOnDay?.dayOfWeek === undefined)
    findings.push({ path: `${at}.refreshOnDay.dayOfWeek`, message: "is required with WEEKLY" });
  if (interval === "MONTHLY" && refreshOnDay?.dayOfMonth === undefined)
    findings.push({ path: `${at}.refreshOnDay.dayOfMonth`, message: "is required with MONTHLY" });
  return findings;
}

/**
 * A resource of Cloud Control: a dashboard of QuickSight and no other. Nobody sees it here; what it says of its data sets is checked.
 * @see https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_CreateResource.html
 */
export const cloudControl: Handler = {
  type: TYPES.cloudControl,
  properties: {
    typeName: required(
      replaces(
        text({
          check: (name) =>
            name === DASHBOARD_TYPE
              ? undefined
              : `saw "${name}"; the local cloud takes ${DASHBOARD_TYPE} alone; create others only in stacks that go to AWS`,
        }),
      ),
    ),
    desiredState: required(checked(jsonText())),
    region: checked(text()),
    roleArn: refused("the deploy role makes it; leave it out"),
    schema: refused("AWS's own schema counts; leave it out"),
    typeVersionId: refused("the latest version counts; leave it out"),
  },
  check: ({ desiredState, typeName }, { account }) =>
    typeName === DASHBOARD_TYPE ? dashboardFindings(stateOf(desiredState), account) : [],
  checkProgram: checkDataSets,
  plan: ({ desiredState }, { account }) => {
    const { DashboardId } = stateOf(desiredState);
    return { id: `${account}|${String(DashboardId)}`, outputs: { properties: desiredState as string } };
  },
};

function stateOf(text: unknown): Properties {
  try {
    const state: unknown = JSON.parse(String(text));
    return isRecord(state) ? (state as Properties) : {};
  } catch {
    return {}; // the table has said so
  }
}

/** Every data set of a dashboard is declared and has the columns that the dashboard names. */
function checkDataSets(resources: readonly Resource[], report: ProgramReport): void {
  const sets = new Map(ofType(resources, TYPES.dataSet).map((set) => [set.outputs.arn as string, set]));
  for (const resource of ofType(resources, TYPES.cloudControl)) {
    for (const { identifier, arn: setArn, columns } of dataSetsOf(stateOf(resource.inputs.desiredState))) {
      const set = sets.get(setArn);
      const at = `desiredState.Definition.${identifier}`;
      if (set === undefined) {
        report(resource, at, `saw ${setArn}; the program declares no such data set, and the local cloud has no other`);
        continue;
      }
      const known: string[] = (set.inputs.physicalTableMaps?.[0]?.customSql?.columns ?? []).map(
        ({ name }: Properties) => String(name),
      );
      for (const column of columns)
        if (!known.includes(column)) {
          const near = nearest(column, known);
          const way = near === undefined ? `it has ${known.join(", ")}` : `did you mean ${near}?`;
          report(
            resource,
            at,
            `saw the column "${column}", which the data set ${set.inputs.name} does not have; ${way}`,
          );
        }
    }
  }
}
