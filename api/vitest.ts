/**
 * Matchers for Vitest: `import 'lvs-lab/vitest'` in a test or a set-up file, then
 * `expect(flow).toReachServer('rs1')`. What they mean is said in `expect-flow.ts`.
 */
import './needs-node.ts';
import { expect } from 'vitest';
import type { Mode } from '../lab/index.ts';
import { type Judgement, judgements, messageOf } from './expect-flow.ts';
import type { Flow } from './flow.ts';

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    toReachServer(name?: string): R;
    toReturnThrough(host: string): R;
    toReturnDirectly(): R;
    toBeRewrittenAs(mode: Mode): R;
  }
}

function matcher<Given extends readonly unknown[]>(judge: (flow: Flow, ...given: Given) => Judgement) {
  return (flow: Flow, ...given: Given) => {
    const judgement = judge(flow, ...given);
    return { pass: judgement.holds, message: () => messageOf(flow, judgement, judgement.holds) };
  };
}

expect.extend({
  toReachServer: matcher(judgements.toReachServer),
  toReturnThrough: matcher(judgements.toReturnThrough),
  toReturnDirectly: matcher(judgements.toReturnDirectly),
  toBeRewrittenAs: matcher(judgements.toBeRewrittenAs),
});
