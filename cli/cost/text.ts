import { linesOf, signed, totalsBy, trafficText, usd } from "../../cost";
import { PRICE_REGION, PRICES } from "../../aws/prices/table";
import { formatTable } from "../output/table";
import type { Bill } from "./bill";

/** Items that are named as the largest. */
const LARGEST = 3;

/** A bill for people. */
export function billText(bill: Bill): string {
  const { estimate, advice } = bill;
  const lines = linesOf(estimate.items);
  return [
    `${bill.stack} (${bill.region}): ${usd(estimate.usdPerMonth)} USD a month for ${trafficText(bill.options.traffic)}`,
    `${usd(estimate.fixedUsdPerMonth)} fixed, ${usd(estimate.usdPerMillionMessages)} per million messages; prices of ${PRICE_REGION}, ${priceSources(bill)}`,
    "",
    formatTable(
      ["service", "component", "what", "a month", "unit", "USD a unit", "USD a month"],
      lines.map((line) => [
        line.service,
        line.component,
        line.what,
        quantity(line.quantity),
        line.unit,
        unitPrice(line.unitPrice),
        usd(line.usdPerMonth),
      ]),
      220,
    ),
    "",
    totalsText("by service", totalsBy(estimate.items, "service")),
    totalsText("by component", totalsBy(estimate.items, "component")),
    `largest: ${lines
      .slice(0, LARGEST)
      .map(({ service, what, usdPerMonth }) => `${service} ${what} ${usd(usdPerMonth)}`)
      .join(", ")}`,
    ...section(
      "what would change it, USD a month:",
      advice.map(({ change, usdPerMonth }) => `${signed(usdPerMonth).padStart(12)}  ${change}`),
    ),
    ...section("more than the stack takes:", estimate.warnings.map(bullet)),
    ...section("not in the sum:", estimate.unknown.map(bullet)),
    "",
  ].join("\n");
}

/** A bill as Markdown. */
export function billMarkdown(bill: Bill): string {
  const { estimate, advice } = bill;
  const lines = linesOf(estimate.items);
  return [
    `### \`${bill.stack}\`: ${usd(estimate.usdPerMonth)} USD a month`,
    "",
    `For ${trafficText(bill.options.traffic)}: ${usd(estimate.fixedUsdPerMonth)} fixed and ${usd(estimate.usdPerMillionMessages)} per million messages. Prices of ${PRICE_REGION}, ${priceSources(bill)}.`,
    "",
    ...markdownTable(
      ["Service", "Component", "What", "A month", "Unit", "USD a unit", "USD a month"],
      lines.map((line) => [
        line.service,
        `\`${line.component}\``,
        line.what,
        quantity(line.quantity),
        line.unit,
        unitPrice(line.unitPrice),
        usd(line.usdPerMonth),
      ]),
    ),
    ...(advice.length === 0
      ? []
      : [
          "",
          ...markdownTable(
            ["What would change it", "USD a month"],
            advice.map(({ change, usdPerMonth }) => [change, signed(usdPerMonth)]),
          ),
        ]),
    ...section("More than the stack takes:", ["", ...estimate.warnings.map((text) => `- ${text}`)], estimate.warnings),
    ...section("Not in the sum:", ["", ...estimate.unknown.map((text) => `- ${text}`)], estimate.unknown),
    "",
  ].join("\n");
}

/** Stacks side by side: USD a month by service. */
export function comparedText(bills: readonly Bill[]): string {
  return formatTable(["USD a month", ...bills.map(({ stack }) => stack)], comparedRows(bills), 200);
}

/** The same as Markdown. */
export function comparedMarkdown(bills: readonly Bill[]): string {
  return [
    "### Side by side",
    "",
    ...markdownTable(["USD a month", ...bills.map(({ stack }) => `\`${stack}\``)], comparedRows(bills)),
    "",
  ].join("\n");
}

function comparedRows(bills: readonly Bill[]): string[][] {
  const totals = bills.map(({ estimate }) => new Map(totalsBy(estimate.items, "service")));
  const services = [...new Set(totals.flatMap((each) => [...each.keys()]))];
  const largest = (service: string): number => Math.max(...totals.map((each) => each.get(service) ?? 0));
  return [
    ...services
      .sort((one, other) => largest(other) - largest(one))
      .map((service) => [service, ...totals.map((each) => usd(each.get(service) ?? 0))]),
    ["total", ...bills.map(({ estimate }) => usd(estimate.usdPerMonth))],
    ["fixed", ...bills.map(({ estimate }) => usd(estimate.fixedUsdPerMonth))],
    ["per million messages", ...bills.map(({ estimate }) => usd(estimate.usdPerMillionMessages))],
  ];
}

/** What the prices of a bill rest on. */
function priceSources({ estimate }: Bill): string {
  const prices = [...new Set(estimate.items.map(({ price }) => price))].map((name) => PRICES[name]);
  const of = (source: string): number => prices.filter((price) => price.source === source).length;
  const parts = [
    [of("AWS"), "from AWS's pages"],
    [of("third party"), "from copies of AWS's price list"],
    [of("unchecked"), "unchecked"],
  ] as const;
  return `${parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`)
    .join(", ")} (aws/prices/table.ts)`;
}

function totalsText(title: string, totals: readonly [string, number][]): string {
  return `${title}: ${totals.map(([name, total]) => `${name} ${usd(total)}`).join(", ")}`;
}

function section(title: string, lines: readonly string[], of: readonly string[] = lines): string[] {
  return of.length === 0 ? [] : ["", title, ...lines];
}

function bullet(text: string): string {
  return `  ${text}`;
}

function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/\|/g, "\\|")).join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)];
}

function quantity(value: number): string {
  return value.toLocaleString("en-US", {
    maximumSignificantDigits: value < 100 ? 3 : undefined,
    maximumFractionDigits: 0,
  });
}

function unitPrice(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 4 });
}
