// Judges the HTML files that standard input names, one a line; prints what is wrong as JSON.
// The rules are those of the standard; how we write HTML (case, quotes, omitted tags) is our own business.
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { readFileSync } from "node:fs";

const loader = new StaticConfigLoader({
  root: true,
  extends: ["html-validate:standard", "html-validate:a11y"],
  // A button in a form sends it, that is what ours are for; a region that scrolls need not be a section.
  rules: {
    "no-implicit-button-type": "off",
    "prefer-native-element": "off",
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
  },
});
const judge = new HtmlValidate(loader);
const wrong = [];
for (const name of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const report = await judge.validateString(readFileSync(name, "utf8"), name);
  for (const result of report.results)
    for (const each of result.messages) wrong.push([name, each.line, each.ruleId, each.message]);
}
console.log(JSON.stringify(wrong));
