import * as fs from "node:fs";

/** Devices of a list: attributes by serial number. */
export type DeviceList = Record<string, Record<string, string>>;

const SERIAL = /^[a-zA-Z0-9:_-]{1,64}$/;
const NAME = /^[a-zA-Z0-9_.,@/:#-]{1,128}$/;
const VALUE = /^[a-zA-Z0-9_.,@/:#=[\]-]{1,800}$/;
/** Attributes of a thing with a type, without the serial number. */
const MOST = 49;
/** characters of the list in the hook's archive */
const LARGEST = 10_000_000;

/**
 * Reads a list of devices in CSV: a header with `serial` and names of attributes, a device a line. Cells hold no separators, for attributes of things
 * cannot.
 * @returns the list, or what is wrong with the file
 */
export function readDeviceList(file: string): DeviceList | string[] {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    return [
      `saw ${JSON.stringify(file)}, which cannot be read (${(error as NodeJS.ErrnoException).code}); name a CSV file with a column serial`,
    ];
  }
  if (text.length > LARGEST) return [`${file}: more than 10 MB do not fit into the hook's archive`];
  const [header = "", ...lines] = text.split(/\r?\n/);
  const names = header.split(",").map((name) => name.trim());
  const column = names.indexOf("serial");
  const problems: string[] = [];
  if (column === -1) problems.push(`${file}:1: saw ${JSON.stringify(header)}; the header has a column serial`);
  names.forEach((name, index) => {
    if (!NAME.test(name))
      problems.push(
        `${file}:1: saw the column ${JSON.stringify(name)}; a name is 1-128 letters, digits and _ . , @ / : # -`,
      );
    else if (names.indexOf(name) !== index) problems.push(`${file}:1: the column ${name} occurs twice`);
  });
  if (names.length - 1 > MOST)
    problems.push(
      `${file}:1: saw ${names.length - 1} attributes; a thing has at most ${MOST} beside its serial number`,
    );
  if (problems.length > 0) return problems;
  const devices: DeviceList = {};
  lines.forEach((line, index) => {
    if (line.trim() === "") return;
    const at = `${file}:${index + 2}`;
    const cells = line.split(",").map((cell) => cell.trim());
    const serial = cells[column] ?? "";
    if (cells.length !== names.length)
      problems.push(`${at}: saw ${cells.length} cells; the header has ${names.length}`);
    else if (!SERIAL.test(serial))
      problems.push(`${at}: saw the serial ${JSON.stringify(serial)}; 1-64 letters, digits, :, _ and -`);
    else if (Object.hasOwn(devices, serial)) problems.push(`${at}: the serial ${serial} is on the list already`);
    else {
      const wrong = cells.findIndex((cell, place) => place !== column && !VALUE.test(cell));
      if (wrong !== -1)
        problems.push(
          `${at}: saw ${JSON.stringify(cells[wrong])} for ${names[wrong]}; 1-800 letters, digits and _ . , @ / : # = [ ] -, without blanks`,
        );
      else
        devices[serial] = Object.fromEntries(
          names.flatMap((name, place) => (place === column ? [] : [[name, cells[place]!]])),
        );
    }
  });
  if (problems.length === 0 && Object.keys(devices).length === 0)
    problems.push(`${file}: no device; a list without devices would admit none`);
  return problems.length > 0 ? problems.slice(0, 20) : devices;
}
