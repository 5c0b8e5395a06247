/**
 * What AWS IoT SiteWise publishes to IoT Core when a property has a new value and its notifications are switched on.
 * https://docs.aws.amazon.com/iot-sitewise/latest/userguide/interact-with-other-services.html
 */

/** Topics of all notifications: model, asset and property stand for the `+`. Devices cannot publish there. */
export const SITEWISE_FILTER = "$aws/sitewise/asset-models/+/assets/+/properties/+";
/** `type` of every notification. */
export const SITEWISE_UPDATE = "PropertyValueUpdate";
/** Members of a value, of which each has one. */
export const SITEWISE_VALUES = ["doubleValue", "integerValue", "booleanValue", "stringValue"] as const;
/**
 * Columns of SiteWise's values, with Hive's types, under the names of its own storage and with the asset's model.
 * https://docs.aws.amazon.com/iot-sitewise/latest/userguide/file-path-and-schema.html
 */
export const SITEWISE_COLUMNS = [
  { name: "assetmodelid", type: "string" },
  { name: "assetid", type: "string" },
  { name: "propertyid", type: "string" },
  { name: "timeinseconds", type: "bigint" },
  { name: "offsetinnanos", type: "int" },
  { name: "quality", type: "string" },
  { name: "doublevalue", type: "double" },
  { name: "integervalue", type: "int" },
  { name: "booleanvalue", type: "boolean" },
  { name: "stringvalue", type: "string" },
] as const;
/** Levels of the topic, as IoT SQL's topic(n) counts them. */
export const SITEWISE_LEVELS = { assetModel: 4, asset: 6, property: 8 } as const;

/** Whether SiteWise alone publishes to a topic. */
export function isSiteWiseTopic(topic: string): boolean {
  return topic.startsWith("$aws/sitewise/");
}

/** The topic of a property's notifications. */
export function siteWiseTopic(assetModel: string, asset: string, property: string): string {
  return `$aws/sitewise/asset-models/${assetModel}/assets/${asset}/properties/${property}`;
}
