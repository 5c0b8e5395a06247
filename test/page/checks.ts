// What runs in the browser is not typed: the types of the DOM would make its globals known to the whole project.
/* eslint-disable @typescript-eslint/no-explicit-any */
/** What is looked at in the page itself; each function runs in the browser and knows nothing of this file. */

declare const document: any, getComputedStyle: any, NodeFilter: any, SVGElement: any;

/** Text that is hard to read: its contrast with what is behind it is below WCAG 2.2 AA (1.4.3): 4.5, or 3 for large text. */
export function faintTexts(): string[] {
  type Rgba = [number, number, number, number];
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  const rgba = (colour: string): Rgba => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return [r!, g!, b!, a! / 255];
  };
  const over = (top: Rgba, below: Rgba): Rgba => [
    ...([0, 1, 2].map((i) => top[i]! * top[3] + below[i]! * (1 - top[3])) as [number, number, number]),
    1,
  ];
  const light = (colour: Rgba): number => {
    const [r, g, b] = colour.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const behind = (element: any): Rgba => {
    const layers: Rgba[] = [];
    for (let each = element; each !== null; each = each.parentElement) {
      // The card of a drawing is beside its text.
      const card = each.matches("g.card") ? getComputedStyle(each.querySelector("rect")!).fill : undefined;
      const colour = rgba(card ?? getComputedStyle(each).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reduceRight<Rgba>((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const found: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement!;
    const text = node.textContent!.trim();
    const box = element.getBoundingClientRect();
    if (text === "" || box.width <= 1 || box.height <= 1 || element.closest("noscript, title, option, :disabled"))
      continue;
    const style = getComputedStyle(element);
    if (style.visibility === "hidden") continue;
    const colour = rgba(element instanceof SVGElement ? style.fill : style.color);
    const ground = behind(element);
    const [a, b] = [light(over(colour, ground)), light(ground)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? 3 : 4.5)) found.push(`${contrast.toFixed(2)}: ${text.slice(0, 60)}`);
  }
  return found;
}

/** Fields whose border is hard to see beside what is around them: a contrast below 3 (1.4.11). */
export function faintFields(): string[] {
  const light = (colour: string): number => {
    const [r, g, b] = colour.match(/[\d.]+/g)!.map((value) => {
      const part = Number(value) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  return [...document.querySelectorAll("input:not([type=checkbox]), select, textarea, button:not(:disabled)")].flatMap(
    (field: any) => {
      const style = getComputedStyle(field);
      const [a, b] = [light(style.borderTopColor), light(getComputedStyle(document.documentElement).backgroundColor)];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return contrast < 3 ? [`${contrast.toFixed(2)}: ${field.outerHTML.slice(0, 80)}`] : [];
    },
  );
}

/** Controls without a name, and fields without a label. */
export function nameless(): string[] {
  return [...document.querySelectorAll("a, button, input, select, textarea, [tabindex='0']")]
    .filter((element: any) => {
      const labels = element.labels;
      return !(
        element.getAttribute("aria-label") ||
        (labels !== undefined && labels !== null && labels.length > 0) ||
        element.textContent?.trim()
      );
    })
    .map((element: any) => element.outerHTML.slice(0, 100));
}

/** What makes the page wider than the window. */
export function overflow(): string[] {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [
    `${document.documentElement.scrollWidth} px in ${width} px`,
    ...[...document.body.querySelectorAll("*")]
      .filter((element: any) => element.getBoundingClientRect().right > width)
      .map(
        (element: any) => `${Math.round(element.getBoundingClientRect().right)} px: ${element.outerHTML.slice(0, 100)}`,
      ),
  ];
}
