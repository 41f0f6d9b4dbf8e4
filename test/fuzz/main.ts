/** Program: `npm run fuzz [-- TARGET… --seconds N --seed N]`. */
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz } from './run.ts';
import { TARGETS } from './targets/index.ts';

const HELP = `Usage: npm run fuzz [-- TARGET… --seconds N --seed N]

Gives random inputs, and those of the corpus, to what takes input from elsewhere, for N seconds in all (60).
What is found is made smaller and kept in test/fuzz/corpus, from where "npm test" replays it.

${TARGETS.map(({ name, takes }) => `  ${name.padEnd(16)} ${takes}`).join('\n')}

Exit codes: 0 nothing was found; 1 something was; 2 bad usage
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
  const unknown = positionals.filter((name) => !TARGETS.some((target) => target.name === name));
  if (values.help || unknown.length > 0 || !(seconds > 0) || !Number.isInteger(seed)) {
    (values.help ? process.stdout : process.stderr).write(HELP);
    return values.help ? 0 : 2;
  }
  const chosen = TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  let failures = 0;
  for (const target of chosen) {
    const { runs, failure } = await fuzz(target, (seconds * 1000) / chosen.length, seed);
    process.stdout.write(`${target.name.padEnd(16)} ${runs} inputs, seed ${seed}: `);
    if (failure === undefined) process.stdout.write('nothing found\n');
    else {
      failures++;
      process.stdout.write(`${failure.about}\n  kept as ${relative(process.cwd(), failure.file)}\n`);
    }
  }
  return failures === 0 ? 0 : 1;
}

process.exitCode = await main();
