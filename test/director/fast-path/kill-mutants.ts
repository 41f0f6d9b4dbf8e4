/**
 * Program: loads the fast path's programs with each mutant's mistake in them, shows them the frames that the right ones have
 * been shown, and prints the mutants that nothing tells from those, as JSON.
 *
 *     node test/director/fast-path/kill-mutants.ts
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { changed } from '../../../harness/selftest/source-change.ts';
import { stayOnOneProcessor } from '../../../native/affinity.ts';
import { BpfError } from '../../../native/bpf/program.ts';
import { Flows } from './flows.ts';
import type { Case } from './frames.ts';
import { MUTANTS, type Mutant } from './mutants.ts';
import { openPath, PATHS, type Path } from './paths.ts';

const CASES = 1500;
const FOLDER = new URL('../../../director/fast-path/', import.meta.url).href;
const names = Object.keys(PATHS) as (keyof typeof PATHS)[];

/** Every module of the folder that is imported with a mutant's number imports the others with that number. */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const number = /[?]mutant=\d+$/.exec(context.parentURL ?? '')?.[0];
    return number !== undefined && resolved.url.startsWith(FOLDER)
      ? { ...resolved, url: resolved.url + number }
      : resolved;
  },
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const [, file, number] = /\/([\w-]+[.]ts)[?]mutant=(\d+)$/.exec(url) ?? [];
    const mutant = MUTANTS[Number(number)];
    return file !== undefined && mutant?.file === file ? { ...loaded, source: sourceOf(mutant) } : loaded;
  },
});

function sourceOf({ file, before, after }: Mutant): string {
  const source = readFileSync(new URL(file, FOLDER), 'utf8');
  return changed(source, { file: `fast-path/${file}`, before, after });
}

/** Whatever a program does that can be told, case by case, and what it leaves in the maps at the end. */
function traceOf(flows: Flows, path: Path, cases: readonly Case[]): string[] {
  flows.maps.forgetUse();
  flows.maps.forgetCounts();
  flows.maps.forgetClock();
  for (const flow of flows.flows) flows.maps.setLastSeen(flow, -Number.MAX_SAFE_INTEGER / 1e6);
  const trace = cases.map((one) => {
    const output = path.send(one);
    return `${output === undefined ? 'left' : hexOf(one, output)} ${flows.maps.renew(one)}`;
  });
  return [...trace, ...flows.maps.traces(flows.flows), ...oddOnes(flows, path)];
}

/** The identification of what may be fragmented is another one each time. */
function hexOf({ flow }: Case, output: Uint8Array): string {
  const bytes = Buffer.from(output);
  if (flow.option === '-i' && ((bytes[20] as number) & 0x40) === 0) bytes.fill(0, 18, 20).fill(0, 24, 26);
  return bytes.toString('hex');
}

/** Flows that have no right to be taken any more. */
function oddOnes(flows: Flows, path: Path): string[] {
  const [flow] = flows.flows;
  if (flow === undefined) return [];
  return flows.maps.whileOdd(flow, () => String(path.send(flows.caseOf(flow, false)) !== undefined));
}

stayOnOneProcessor();
// So few lines that flows share them.
const flows = new Flows(1, { first: 256, most: 256 });
const survivors: string[] = [];
const right = new Map(
  names.map((name) => {
    const cases = Array.from({ length: CASES }, () => flows.next(name === 'tcx'));
    const path = openPath(
      name,
      PATHS[name].map(({ make }) => make(flows.kernel.maps)),
    );
    return [name, { cases, trace: traceOf(flows, path, cases).join('\n') }];
  }),
);
for (const [number, mutant] of MUTANTS.entries()) {
  const changedPaths: typeof PATHS = (await import(`./paths.ts?mutant=${number}`)).PATHS;
  const isKilled = names.some((name) => {
    const { cases, trace } = right.get(name)!;
    try {
      const path = openPath(
        name,
        changedPaths[name].map(({ make }) => make(flows.kernel.maps)),
      );
      const found = traceOf(flows, path, cases).join('\n');
      path.close();
      return found !== trace;
    } catch (error) {
      // The kernel’s verifier refuses it, or its programs contradict each other.
      return error instanceof BpfError || (error as Error).message.includes('program');
    }
  });
  if (!isKilled) survivors.push(mutant.sentence);
}
flows.close();
process.stdout.write(JSON.stringify({ mutants: MUTANTS.length, survivors }));
