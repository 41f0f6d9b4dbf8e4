/** Plain data as YAML 1.2 in block style. Texts are quoted as in JSON, whose strings are YAML’s too (YAML 1.2.2 §1.2). */

type Plain = string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain | undefined };

export function yamlOf(value: Plain): string {
  return `${linesOf(value).join('\n')}\n`;
}

function linesOf(value: Plain): string[] {
  if (typeof value !== 'object') return [JSON.stringify(value)];
  if (isList(value)) {
    return value.length === 0 ? ['[]'] : value.flatMap((item) => hung('- ', linesOf(item)));
  }
  const fields = Object.entries(value).flatMap(([name, item]): [string, Plain][] =>
    item === undefined ? [] : [[name, item]],
  );
  return fields.length === 0 ? ['{}'] : fields.flatMap(([name, item]) => fieldLines(name, item));
}

function fieldLines(name: string, item: Plain): string[] {
  const lines = linesOf(item);
  const isBlock = typeof item === 'object' && !/^[[{]/.test(lines[0] ?? '');
  return isBlock ? [`${name}:`, ...lines.map((line) => `  ${line}`)] : [`${name}: ${lines[0]}`];
}

function hung(sign: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => (index === 0 ? sign : ' '.repeat(sign.length)) + line);
}

function isList(value: Exclude<Plain, string | number | boolean>): value is readonly Plain[] {
  return Array.isArray(value);
}
