// node build.mjs LIBRARY RECORDS OUT FOLDER: as build_libical.c, with ical.js or ical-generator from FOLDER/node_modules.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [name, records, out, folder] = process.argv.slice(2);
const library = createRequire(`${folder}/package.json`)(name);
const rows = readFileSync(records, "utf8").split("\x1e").slice(0, -1).map((row) => {
  const [uid, stamp, sequence, start, end, summary, description, category, colour, status, triggers] = row.split("\x1f");
  return { uid, stamp, sequence: +sequence, start, end, summary, description, category, colour, status,
    triggers: triggers ? triggers.split(" ") : [] };
});
const iso = (day) => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;
const instant = (at) => `${iso(at)}T${at.slice(9, 11)}:${at.slice(11, 13)}:${at.slice(13, 15)}Z`;
const HOUR = 3600;
const seconds = { "-P6DT16H": 160 * HOUR, "-PT16H": 16 * HOUR };

const builders = {
  "ical.js"() {
    const ICAL = library.default ?? library;
    const calendar = new ICAL.Component("vcalendar");
    calendar.updatePropertyWithValue("version", "2.0");
    calendar.updatePropertyWithValue("prodid", "-//bench//ical.js//VI");
    for (const row of rows) {
      const event = new ICAL.Component("vevent");
      const stamp = ICAL.Time.fromDateTimeString(instant(row.stamp));
      const set = (property, value) => event.updatePropertyWithValue(property, value);
      set("uid", row.uid);
      set("dtstamp", stamp);
      set("last-modified", stamp);
      set("sequence", row.sequence);
      set("dtstart", ICAL.Time.fromDateString(iso(row.start)));
      set("dtend", ICAL.Time.fromDateString(iso(row.end)));
      set("summary", row.summary);
      set("description", row.description);
      set("categories", row.category);
      set("color", row.colour);
      set("status", row.status);
      set("transp", "TRANSPARENT");
      for (const trigger of row.triggers) {
        const alarm = new ICAL.Component("valarm");
        alarm.updatePropertyWithValue("action", "DISPLAY");
        alarm.updatePropertyWithValue("trigger", ICAL.Duration.fromString(trigger));
        alarm.updatePropertyWithValue("description", row.summary);
        event.addSubcomponent(alarm);
      }
      calendar.addSubcomponent(event);
    }
    return calendar.toString() + "\r\n";
  },
  "ical-generator"() {
    const calendar = (library.default ?? library)({ prodId: "-//bench//ical-generator//VI" });
    for (const row of rows) {
      calendar.createEvent({
        id: row.uid, stamp: new Date(instant(row.stamp)), lastModified: new Date(instant(row.stamp)),
        sequence: row.sequence, start: new Date(`${iso(row.start)}T00:00:00Z`), end: new Date(`${iso(row.end)}T00:00:00Z`),
        allDay: true, summary: row.summary, description: row.description, categories: [{ name: row.category }],
        status: row.status, transparency: "TRANSPARENT",
        alarms: row.triggers.map((each) => ({ type: "display", trigger: seconds[each], description: row.summary })),
      });
    }
    return calendar.toString();
  },
};

const begun = performance.now();
const text = builders[name]();
writeFileSync(out, text);
console.log(`inner_ms ${(performance.now() - begun).toFixed(3)} events ${text.split("BEGIN:VEVENT").length - 1}`);
