import type { FuzzTarget } from '../target.ts';
import { captures } from './captures.ts';
import { controlSocket } from './control-socket.ts';
import { frames } from './frames.ts';
import { results } from './results.ts';
import { rules } from './rules.ts';

/** A target's inputs are its own affair: whoever runs it hands them from its generator, or its corpus, to its check. */
const target = <Input>(one: FuzzTarget<Input>) => one as FuzzTarget<unknown>;

export const TARGETS: readonly FuzzTarget<unknown>[] = [
  target(frames),
  target(controlSocket),
  target(rules),
  target(captures),
  target(results),
];
