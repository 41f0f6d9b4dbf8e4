export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

/** One line, without control characters. */
function oneLine(value: string): string {
  return value.toWellFormed().replace(/[\p{Control}\u2028\u2029]+/gu, ' ');
}

/** Text in which nothing is Markdown or HTML. */
export function text(value: string): string {
  return oneLine(value)
    .replace(/[\\`*_{}[\]#+!|~$@]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** A code span; as HTML if it holds a bar, which would end a table cell even in a code span. */
export function code(value: string): string {
  const line = oneLine(value);
  if (line.trim() === '') return '';
  if (line.includes('|')) return `<code>${text(line)}</code>`;
  const fence = '`'.repeat(longestRun(line, /`+/g) + 1);
  return `${fence}${line.startsWith('`') || line.endsWith('`') ? ` ${line} ` : line}${fence}`;
}

export function fenced(value: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(value, /`+/g) + 1));
  return `${fence}sh\n${value.toWellFormed()}\n${fence}`;
}

function longestRun(value: string, pattern: RegExp): number {
  return Math.max(0, ...[...value.matchAll(pattern)].map(([run]) => run.length));
}
