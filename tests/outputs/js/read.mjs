// Reads a calendar on standard input with Mozilla's ical.js (Thunderbird's parser) in its strict mode;
// prints what it found as JSON; of several calendars one after the other, a list.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// The library lies outside the tree: argument 2 is the folder it was installed in.
const require = createRequire(pathToFileURL(`${process.argv[2]}/package.json`));
const ICAL = (await import(pathToFileURL(require.resolve("ical.js")).href)).default;

ICAL.design.strict = true;
const parsed = ICAL.parse(readFileSync(0, "utf8"));
const several = Array.isArray(parsed[0]);
const roots = (several ? parsed : [parsed]).map((each) => new ICAL.Component(each));
for (const zone of roots.flatMap((root) => root.getAllSubcomponents("vtimezone"))) {
  ICAL.TimezoneService.register(zone);
}
const plain = (value) => {
  if (value instanceof ICAL.Time) {
    return value.isDate ? value.toString() : value.toJSDate().toISOString();
  }
  return value instanceof ICAL.Duration ? value.toSeconds() : value;
};
const read = (component) => {
  const found = {};
  for (const property of component.getAllProperties()) {
    const values = property.getValues().map(plain);
    found[property.name] = values.length === 1 ? values[0] : values;
  }
  return { name: component.name, found, inner: component.getAllSubcomponents().map(read) };
};
process.stdout.write(JSON.stringify(several ? roots.map(read) : read(roots[0])));
