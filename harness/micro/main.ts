/** `npm run bench:micro`: what the director's parts cost, each beside a reference in the same run. */
import { parseArgs } from 'node:util';
import { allocation } from './allocation.ts';
import { connections } from './connections.ts';
import type { Figure } from './figure.ts';
import { isMet } from './figure.ts';
import { maglev } from './maglev.ts';
import { memory } from './memory.ts';
import { packets } from './packets.ts';
import { picks } from './picks.ts';
import { renderFigures } from './table.ts';

const GROUPS = { packets, allocation, connections, memory, maglev, picks } as const;

const HELP = `Usage: npm run bench:micro -- [--json] [GROUP…]

Measures the director's parts, each beside a reference. Groups: ${Object.keys(GROUPS).join(' ')}.

  --json   one JSON document instead of tables
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const figures: Figure[] = [];
  for (const name of positionals.length > 0 ? positionals : Object.keys(GROUPS)) {
    const group = GROUPS[name as keyof typeof GROUPS];
    if (group === undefined)
      throw new Error(`there is no group "${name}"; there are ${Object.keys(GROUPS).join(' ')}`);
    for await (const figure of group()) {
      process.stderr.write(`measured: ${figure.group}: ${figure.name}\n`);
      figures.push(figure);
    }
  }
  process.stdout.write(
    values.json ? `${JSON.stringify({ node: process.version, figures }, null, 2)}\n` : renderFigures(figures),
  );
  if (!figures.every(isMet)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`bench:micro: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
