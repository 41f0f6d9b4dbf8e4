/** Whether other processes disturbed a measurement. Every report flags such figures where they stand. */
import type { ThroughputResult } from './result-figures.ts';

/** Cores that other processes may use: routers, and kernel work that is charged to no process, take some. */
export const DISTURBING_CORES = 0.3;

/** Stands before a figure that was disturbed. */
export const NOISE_SIGN = '⚠';

export function isDisturbed({ cpu }: Pick<ThroughputResult, 'cpu'>): boolean {
  return (cpu.others ?? 0) > DISTURBING_CORES;
}

export function flagged(text: string, disturbed: boolean): string {
  return disturbed ? `${NOISE_SIGN} ${text}` : text;
}
