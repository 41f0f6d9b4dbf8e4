/** What a run must have tested with, lest a green one means less than it seems. */
import type { CaseResult, LabKind } from '../../reports/result.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';

/** What a run came to. */
export interface Reached {
  /** The nearest to the real thing that its cases were played in. */
  readonly lab: LabKind;
  readonly directors: readonly Pick<DirectorUnderTest, 'name' | 'isGuest'>[];
  readonly cases: readonly Pick<CaseResult, 'director' | 'status'>[];
}

interface Requirement {
  /** As `--help` has it. */
  readonly meaning: string;
  /** Why it is not met, as the end of a sentence; undefined where it is. */
  readonly whyNot: (reached: Reached) => string | undefined;
}

const NOT_HAD = 'was not to be had';

const REQUIREMENTS = {
  live: {
    meaning: 'real traffic',
    whyNot: ({ lab }) => (lab === 'live' ? undefined : NOT_HAD),
  },
  netns: {
    meaning: 'the cases in namespaces',
    whyNot: ({ lab }) => (lab === 'memory' ? NOT_HAD : undefined),
  },
  guest: {
    meaning: 'the kernel’s IPVS in a guest (--director ipvs)',
    whyNot: ({ directors, cases }) => {
      const guests = directors.filter(({ isGuest }) => isGuest).map(({ name }) => name);
      if (guests.length === 0) return 'was not asked for';
      const played = cases.some(({ director, status }) => guests.includes(director) && status !== 'skipped');
      return played ? undefined : 'played no case';
    },
  },
} as const satisfies Record<string, Requirement>;

export type Required = keyof typeof REQUIREMENTS;

export const REQUIRABLE = Object.keys(REQUIREMENTS) as [Required, ...Required[]];

/** `live is real traffic, netns the cases in namespaces, …` */
export const REQUIRABLE_TEXT = REQUIRABLE.map(
  (name, i) => `${name} ${i === 0 ? 'is ' : ''}${REQUIREMENTS[name].meaning}`,
).join(', ');

/** A sentence where the requirement is not met. */
export function unmet(required: Required | undefined, reached: Reached): string[] {
  if (required === undefined) return [];
  const { meaning, whyNot }: Requirement = REQUIREMENTS[required];
  const reason = whyNot(reached);
  return reason === undefined ? [] : [`Required (--require ${required}): ${meaning}, which ${reason}.`];
}
