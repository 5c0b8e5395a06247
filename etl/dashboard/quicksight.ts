/**
 * A dashboard of QuickSight as CloudFormation's AWS::QuickSight::Dashboard describes it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-quicksight-dashboard.html
 */
import { withLatest, type DashboardColumn, type DashboardDescription } from "./description";

/** How the dashboard calls its data set. */
const SET = "rows";
const SHEET = "values";
/** Days of rows that charts and the table show at first; a control on the sheet changes it. */
const DAYS = 7;

type Json = Record<string, unknown>;

/** The Definition of a dashboard over one data set: a chart for each value, the latest values, the rows, and a control for the period. */
export function quickSightDefinition(description: DashboardDescription, title: string, dataSetArn: string): Json {
  const { columns, time, device, values } = description;
  const { latest } = withLatest(description);
  const column = (name: string): Json => ({ DataSetIdentifier: SET, ColumnName: name });
  const charts = values.map((value, index): [string, Json] => {
    const id = `chart-${index + 1}`;
    const wells = {
      Category: [{ DateDimensionField: { FieldId: `${id}.time`, Column: column(time), DateGranularity: "MINUTE" } }],
      Values: [
        {
          NumericalMeasureField: {
            FieldId: `${id}.value`,
            Column: column(value),
            AggregationFunction: { SimpleNumericalAggregation: "AVERAGE" },
          },
        },
      ],
      ...(device !== undefined && { Colors: [dimension(`${id}.device`, device)] }),
    };
    const ChartConfiguration = { FieldWells: { LineChartAggregatedFieldWells: wells } };
    return [id, { LineChartVisual: { VisualId: id, Title: titled(chartTitle(value)), ChartConfiguration } }];
  });
  const latestColumns = [...(device === undefined ? [] : [device]), time, ...values];
  const visuals = [
    ...charts,
    table("latest", "Latest values", latestColumns),
    table(
      "rows",
      "Rows",
      columns.map(({ name }) => name),
    ),
  ] as [string, Json][];
  return {
    DataSetIdentifierDeclarations: [{ Identifier: SET, DataSetArn: dataSetArn }],
    FilterGroups: [
      filterGroup("latest", ["latest"], {
        NumericEqualityFilter: {
          FilterId: "latest",
          Column: column(latest),
          MatchOperator: "EQUALS",
          Value: 1,
          NullOption: "NON_NULLS_ONLY",
        },
      }),
      filterGroup("period", [...charts.map(([id]) => id), "rows"], {
        RelativeDatesFilter: {
          FilterId: "period",
          Column: column(time),
          AnchorDateConfiguration: { AnchorOption: "NOW" },
          TimeGranularity: "DAY",
          RelativeDateType: "LAST",
          RelativeDateValue: DAYS,
          NullOption: "NON_NULLS_ONLY",
        },
      }),
    ],
    Sheets: [
      {
        SheetId: SHEET,
        Name: title.slice(0, 2048),
        FilterControls: [
          { RelativeDateTime: { FilterControlId: "period-control", Title: "Period", SourceFilterId: "period" } },
        ],
        Visuals: visuals.map(([, visual]) => visual),
      },
    ],
  };

  function chartTitle(value: string): string {
    return device === undefined ? value : `${value} by ${device}`;
  }

  function dimension(FieldId: string, name: string): Json {
    const { type } = columns.find((each) => each.name === name)!;
    return { [DIMENSIONS[type]]: { FieldId, Column: column(name) } };
  }

  function table(id: string, text: string, names: readonly string[]): [string, Json] {
    const Values = names.map((name) => ({ FieldId: `${id}.${name}`, Column: column(name) }));
    const sort = { FieldSort: { FieldId: `${id}.${time}`, Direction: "DESC" } };
    return [
      id,
      {
        TableVisual: {
          VisualId: id,
          Title: titled(text),
          ChartConfiguration: {
            FieldWells: { TableUnaggregatedFieldWells: { Values } },
            SortConfiguration: { RowSort: [sort] },
          },
        },
      },
    ];
  }
}

const DIMENSIONS: Readonly<Record<DashboardColumn["type"], string>> = {
  STRING: "CategoricalDimensionField",
  BOOLEAN: "CategoricalDimensionField",
  INTEGER: "NumericalDimensionField",
  DECIMAL: "NumericalDimensionField",
  DATETIME: "DateDimensionField",
};

function titled(text: string): Json {
  return { Visibility: "VISIBLE", FormatText: { PlainText: text } };
}

function filterGroup(id: string, visuals: readonly string[], filter: Json): Json {
  const scope = { SheetId: SHEET, Scope: "SELECTED_VISUALS", VisualIds: visuals };
  return {
    FilterGroupId: id,
    CrossDataset: "SINGLE_DATASET",
    Status: "ENABLED",
    Filters: [filter],
    ScopeConfiguration: { SelectedSheets: { SheetVisualScopingConfigurations: [scope] } },
  };
}
