/** A result as JSON that people can read and that stays small: what fits on a line takes one. */
import type { Result } from './result.ts';

const LINE = 140;
const INDENT = '  ';

/** Indented; but what is short, or a row of numbers, takes one line, and so does a rung of a ladder, of which there are thousands. */
export function resultText(result: Result): string {
  return `${textOf(result, '', '')}\n`;
}

/** @param key Under which the value stands. @param indent Before its line. */
function textOf(value: unknown, key: string, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (key !== '' && (isRow(value) || fitsOnLine(value, key, indent))) return JSON.stringify(value);
  const deeper = indent + INDENT;
  if (Array.isArray(value)) {
    const lines = value.map((item) =>
      key === 'rungs' ? JSON.stringify(item) : textOf(item === undefined ? null : item, 'item', deeper),
    );
    return `[\n${lines.map((line) => deeper + line).join(',\n')}\n${indent}]`;
  }
  const lines = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([name, item]) => `${deeper}${JSON.stringify(name)}: ${textOf(item, name, deeper)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function isRow(value: object): boolean {
  return Array.isArray(value) && (value.length === 0 || value.every((item) => typeof item === 'number'));
}

function fitsOnLine(value: object, key: string, indent: string): boolean {
  return indent.length + key.length + 4 + JSON.stringify(value).length <= LINE;
}
