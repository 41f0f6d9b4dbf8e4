/** What every case of the catalogue states: a requirement in a sentence from which a reader learns, and its source. */
import type { Mode } from '../../lab/index.ts';

/** Kinds of sources, with what stands before each in a line. */
const SOURCE_PREFIXES = {
  /** A sentence of the article that this project implements. */
  article: 'article: ',
  rfc: '',
  /** What Linux’s IPVS was seen to do. */
  kernel: 'kernel: ',
  /** What a director under test promises. */
  contract: 'contract: ',
} as const;
export const SOURCE_KINDS = Object.keys(SOURCE_PREFIXES) as readonly Source['kind'][];

/** Where a requirement comes from. `--list --source article` shows those of one kind. */
export interface Source {
  readonly kind: keyof typeof SOURCE_PREFIXES;
  /** The place: a sentence’s key (see `scenarios/article.ts`), `RFC 791 §3.1`, or a topic of the kernel’s behaviour with its section (see `scenarios/kernel-behaviour.ts`). */
  readonly where: string;
}

export interface Requirement {
  /** Address below the mode: `reply/source` is `nat/reply/source` in NAT. */
  readonly name: string;
  readonly title: string;
  /** What is asked for, in one sentence from which a reader learns something about LVS. */
  readonly requirement: string;
  readonly sources: readonly Source[];
  readonly modes: readonly Mode[];
}

/** The address of a case, by which people select it and find it again. */
export function caseId({ name }: Pick<Requirement, 'name'>, mode: Mode): string {
  return `${mode}/${name}`;
}

/** A sentence of the article, by its key in `scenarios/article.ts`. */
export function article(key: string): Source {
  return { kind: 'article', where: key };
}

/** For example `rfc('791 §3.1')`. */
export function rfc(where: string): Source {
  return { kind: 'rfc', where: `RFC ${where}` };
}

/** A topic of IPVS’s behaviour in Linux, for example `kernel('transmitters: TTL before MTU, §5.1')`. */
export function kernel(where: string): Source {
  return { kind: 'kernel', where };
}

/** What a director promises to whoever runs or asks it, for example `contract('the control socket')`. */
export function contract(where: string): Source {
  return { kind: 'contract', where };
}

/** The sources in one line. */
export function sourceText(sources: readonly Source[]): string {
  return sources.map(({ kind, where }) => SOURCE_PREFIXES[kind] + where).join('; ');
}
