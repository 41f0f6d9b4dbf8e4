/** Where the evidence of fairness is on the page. */
import type { FairnessResult } from '../../result-figures.ts';
import type { Page } from '../page.ts';

export function fairnessId({ ids }: Page, result: FairnessResult): string {
  return ids.of('fairness', `${result.id.replace(/^fairness\//, '')}@${result.director}`, result);
}

export function situationId({ ids }: Page, name: string): string {
  return ids.of('situation', name);
}
