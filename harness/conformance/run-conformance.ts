/** The whole catalogue, played packet by packet in one lab. */

import type { Mode } from '../../lab/index.ts';
import { MODES } from '../../lab/modes.ts';
import type { CaseResult, LabKind } from '../../reports/result.ts';
import type { Terminal } from '../../reports/terminal.ts';
import { counted } from '../../statistics/number-text.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import { ownDirector } from '../directors/index.ts';
import { type Interruption, recordRun } from '../run/record-run.ts';
import type { RunOptions, RunRecorder } from '../run/recorder.ts';
import { sharedPlans } from '../run/shared-plans.ts';
import { packetCasesFor } from './cases-for.ts';
import { CONVERSATION_INDEX, selectedScenarios, selectingNothing } from './catalogue.ts';
import { contractCases } from './contract-cases.ts';
import { unsupportedIn, untriedFeatures } from './features-tried.ts';
import type { ModePlan } from './play-plans.ts';
import { NEEDS_VIRTUAL_TIME, takesLong } from './run-cases.ts';
import { runModes } from './run-catalogue.ts';
import { NEEDS_REAL_SERVERS } from './run-conversation.ts';

interface ConformanceOptions extends RunOptions {
  /** Where those directors are played that can be in memory; every other one has only namespaces. */
  readonly lab: Exclude<LabKind, 'live'>;
  /** This repository’s unless given. */
  readonly directors?: readonly DirectorUnderTest[];
  readonly modes: readonly Mode[];
  /** Prefixes of case ids; all cases if empty. */
  readonly grep: readonly string[];
  /** As `CatalogueContext.notesNeeds`. */
  readonly notesNeeds?: boolean;
  /** Whether what takes long by its nature is played in memory where everything else is not. */
  readonly longOnesInMemory?: boolean;
}

const IN_MEMORY = 'The TypeScript director of this repository: its core, in this process';

/** Plays the selected cases and writes the results. Resolves with the exit code. */
export function runConformance(options: ConformanceOptions, terminal: Terminal): Promise<number> {
  return recordRun(options, terminal, (recorder, interruption) =>
    playCatalogue(options, recorder, interruption),
  );
}

export async function playCatalogue(
  options: ConformanceOptions,
  recorder: RunRecorder,
  interruption: Interruption,
): Promise<void> {
  const { lab, modes, grep, directors = [ownDirector] } = options;
  const unavailable = await recorder.lookForDirectors(
    directors.map((one) => ({ ...one, ...saidOf(one, lab) })),
  );
  const contract = directors.flatMap((director) => contractCases(director).map(({ one }) => one));
  recorder.problems.push(...selectingNothing(grep, modes, 'conformance --list', contract));
  // Reject unknown ids before running anything.
  if (recorder.problems.length > 0) return;
  for (const [name, reason] of unavailable) recorder.problems.push(`${name} cannot run here: ${reason}.`);
  const available = directors.filter(({ name }) => !unavailable.has(name));
  for (const director of available) {
    const own = modes.filter((mode) => director.modes.includes(mode));
    const left = modes.filter((mode) => !own.includes(mode)).map((mode) => MODES[mode].label);
    if (left.length > 0) recorder.notCovered.push(`${director.name} does not declare ${left.join(' and ')}.`);
    const plans = own.flatMap((mode) => plansOf(mode, director, options));
    await runModes(sharedPlans(plans, options.shard), recorder, interruption);
    if (interruption.isInterrupted) return;
  }
  recorder.notCovered.push(...packetsNotCovered(lab, directors, recorder.cases));
  for (const one of available) recorder.notCovered.push(...(await outlived(one, recorder.cases)));
  recorder.notCovered.push(...directors.flatMap((one) => unsupportedIn(one, recorder.cases)));
  recorder.problems.push(...directors.flatMap((one) => untriedFeatures(one, recorder.cases)));
}

/** What the result says of a director beside what is always said. */
function saidOf({ isOwn }: DirectorUnderTest, lab: ConformanceOptions['lab']): { description?: string } {
  return isOwn && lab === 'memory' ? { description: IN_MEMORY } : {};
}

/** Entries of a director's ledger whose case holds after all, a sentence each. */
async function outlived(director: DirectorUnderTest, cases: readonly CaseResult[]): Promise<string[]> {
  const known = (await director.knownDifferences?.()) ?? new Map<string, string>();
  return cases
    .filter((one) => one.director === director.name && one.status === 'passed' && known.has(one.id))
    .map((one) => `${one.id} holds now; the ledger says that it differs (${known.get(one.id)}).`);
}

/** Whether it can be played without a network of this machine’s. */
export function isInProcess({ isOwn, startOnWires }: DirectorUnderTest): boolean {
  return isOwn || startOnWires !== undefined;
}

/** Plans with nothing to play are left out. */
function plansOf(
  mode: Mode,
  director: DirectorUnderTest,
  { lab: asked, grep, seed, notesNeeds = false, longOnesInMemory = false }: ConformanceOptions,
): ModePlan[] {
  const lab = isInProcess(director) ? asked : 'netns';
  const common = { mode, director, seed, notesNeeds, conversationIndex: CONVERSATION_INDEX };
  const cases = packetCasesFor(director, mode, grep);
  const elsewhere = longOnesInMemory && director.isOwn && lab !== 'memory' ? cases.filter(takesLong) : [];
  const plans: ModePlan[] = [
    {
      ...common,
      lab,
      cases: cases.filter((one) => !elsewhere.includes(one)),
      scenarios: selectedScenarios(mode, grep),
    },
    { ...common, lab: 'memory', cases: elsewhere, scenarios: [] },
  ];
  return plans.filter((plan) => plan.cases.length + plan.scenarios.length > 0);
}

/** @param cases All cases of a run; those that were skipped are looked for in it. */
function packetsNotCovered(
  lab: Exclude<LabKind, 'live'>,
  directors: readonly DirectorUnderTest[],
  cases: readonly CaseResult[],
): string[] {
  const skippedFor = (reason: string) => cases.filter((one) => one.reason === reason).length;
  const [timed, served] = [skippedFor(NEEDS_VIRTUAL_TIME), skippedFor(NEEDS_REAL_SERVERS)];
  return [
    ...(lab === 'memory' && directors.some(({ isOwn }) => isOwn)
      ? [
          'Cases ran against the director’s core in memory; its process, its packet sockets and the kernel were not involved (lvs-lab conformance --lab netns).',
        ]
      : []),
    ...(served > 0 ? [`${countOf(served)} real clients, servers and load: lvs-lab bench plays them.`] : []),
    ...(timed > 0
      ? [`${countOf(timed)} minutes and hours to pass: lvs-lab conformance --lab memory plays them.`]
      : []),
  ];
}

function countOf(cases: number): string {
  return counted(cases, 'case needs', 'cases need');
}
