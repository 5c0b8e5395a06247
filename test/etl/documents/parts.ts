/** Parts of documents for the tables of what is valid and what is not. */
export const ROLE = "arn:aws:iam::123456789012:role/old";
export const own = (members: object): object => ({
  customerManagedS3: { bucket: "readings-raw", roleArn: ROLE, ...members },
});
export const columns = (...types: string[]): object[] => types.map((type, index) => ({ name: `c${index}`, type }));
export const COLUMNS = "fileFormatConfiguration.parquetConfiguration.schemaDefinition.columns";
export const container = (members: object): object => ({
  actionName: "run",
  containerAction: {
    image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/app",
    executionRoleArn: ROLE,
    resourceConfiguration: { computeType: "ACU_1", volumeSizeInGB: 2 },
    ...members,
  },
});
export const delta = { filters: [{ deltaTime: { offsetSeconds: -60, timeExpression: "from_unixtime(ts)" } }] };
export const query = (more: object): object[] => [{ queryAction: { sqlQuery: "SELECT 1", ...more } }];
export const late = (minutes: number): object[] => [
  { ruleConfiguration: { deltaTimeSessionWindowConfiguration: { timeoutInMinutes: minutes } } },
];
export const between = (...activities: object[]): object[] => [
  { channel: { name: "from", channelName: "machines", next: "a0" } },
  ...activities.map((activity, index) => {
    const [[kind, settings]] = Object.entries(activity) as [[string, object]];
    const next = index + 1 < activities.length ? `a${index + 1}` : "to";
    return { [kind]: { name: `a${index}`, next, ...settings } };
  }),
  { datastore: { name: "to", datastoreName: "readings" } },
];
export const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `a${index}`);
