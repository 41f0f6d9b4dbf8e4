/** The progress of a run, on a line that is rewritten in place; silent where the stream is no terminal. */
import { duration, size } from '../../reports/format.ts';
import type { Output } from '../../reports/terminal/screen.ts';
import { statusLine } from '../../reports/terminal/screen.ts';
import { count } from '../../statistics/number-text.ts';
import type { ScaleProgress } from './scale.ts';

const CELLS = 24;
/** Between two drawings. */
const INTERVAL_MS = 100;

export interface ProgressBar {
  show(progress: ScaleProgress): void;
  /** Removes the line. */
  clear(): void;
}

export function progressBar(stream: Output, now: () => number = () => performance.now()): ProgressBar {
  const line = statusLine(stream);
  let startedMs = now();
  let drawnMs = Number.NEGATIVE_INFINITY;
  let of = '';
  return {
    show(progress) {
      if (progress.scheduler !== of) {
        of = progress.scheduler;
        startedMs = now();
      }
      if (now() - drawnMs < INTERVAL_MS) return;
      drawnMs = now();
      line.show(progressText(progress, now() - startedMs));
    },
    clear: line.clear,
  };
}

export function progressText(progress: ScaleProgress, elapsedMs: number): string {
  const { scheduler, opened, connections, inTable, memoryBytes } = progress;
  const done = opened / connections;
  const full = Math.floor(done * CELLS);
  const left = done > 0 ? `, ${duration((elapsedMs * (1 - done)) / done)} left` : '';
  return (
    `${scheduler} ${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${(done * 100).toFixed(0)} %  ` +
    `${count(opened)} opened, ${count(inTable)} in the table, ${size(memoryBytes)}${left}`
  );
}
