/** Where things are on the page: ids that links from elsewhere can rely on. */
import type { CaseResult } from '../result.ts';
import type { FairnessResult, MutantResult } from '../result-figures.ts';

/**
 * Gives every thing of a page an id that is readable, its own, and stays the same from run to run, so that links from
 * elsewhere keep working: `case=nat/reply/source@ts/wrr`.
 */
export interface Ids {
  /**
   * The id of a thing: always the same for it, never that of another. What it is goes by kind and key, or by itself
   * where several may have the same key.
   */
  of(kind: string, key: string, itself?: object): string;
}

export function createIds(): Ids {
  const given = new Map<unknown, string>();
  const taken = new Set<string>();
  return {
    of(kind, key, itself) {
      const thing = itself ?? JSON.stringify([kind, key]);
      const known = given.get(thing);
      if (known !== undefined) return known;
      const readable = `${kind}=${key.replace(/[^\w./@+-]+/g, '-')}`;
      let id = readable;
      for (let number = 2; taken.has(id); number++) id = `${readable}~${number}`;
      given.set(thing, id);
      taken.add(id);
      return id;
    },
  };
}

interface WithIds {
  readonly ids: Ids;
}

/** A case's evidence. */
export function caseId({ ids }: WithIds, item: CaseResult): string {
  const { id, director, scheduler, lab } = item;
  return ids.of('case', `${id}@${director}/${scheduler}${lab === 'live' ? '' : `/${lab}`}`, item);
}

/** Packet cases about one subject. */
export function packetGroupId({ ids }: WithIds, subject: string): string {
  return ids.of('packets', subject);
}

/** Live traffic of one mode, director and scheduler. */
export function suiteId({ ids }: WithIds, key: string): string {
  return ids.of('suite', key);
}

/** The drawing of a mode's network. */
export function networkId({ ids }: WithIds, mode: string): string {
  return ids.of('network', mode);
}

/** What was measured of fairness in one situation. */
export function situationId({ ids }: WithIds, name: string): string {
  return ids.of('situation', name);
}

/** What was measured of one scheduler in a situation and mode. */
export function fairnessId({ ids }: WithIds, result: FairnessResult): string {
  return ids.of('fairness', `${result.id.replace(/^fairness\//, '')}@${result.director}`, result);
}

/** One measure of throughput or latency. */
export function measureId({ ids }: WithIds, measure: string): string {
  return ids.of('throughput', measure);
}

export function mutantId({ ids }: WithIds, item: MutantResult): string {
  return ids.of('wrong', item.id, item);
}

/** What a source says, by what is cited. */
export function sourceId({ ids }: WithIds, key: string): string {
  return ids.of('source', key.replace(': ', '-').replace('§', ''));
}

/** The definition of a figure. */
export function definitionId({ ids }: WithIds, figure: string): string {
  return ids.of('figure', figure);
}
