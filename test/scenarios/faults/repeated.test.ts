import { expect, it } from 'vitest';
import type { FaultOutcome } from '../../../scenarios/faults/judge.ts';
import { uniteOutcomes } from '../../../scenarios/faults/repeated.ts';

const held: FaultOutcome = {
  ...{ traffic: 'bulk', status: 'passed', promise: 'go on' },
  ...{ affected: { kept: 3 }, others: { connections: 2, harmed: 0 }, lost: 1, silenceMs: 40 },
};
const broken: FaultOutcome = {
  ...held,
  ...{ status: 'failed', reason: 'one was reset', affected: { kept: 2, reset: 1 }, silenceMs: 90 },
};
const unjudged: FaultOutcome = { ...held, status: 'error', reason: 'no connection was made', affected: {} };

it('several goes at a fault hold only if each of them does, and are counted together', () => {
  expect(uniteOutcomes([held])).toEqual(held);
  expect(uniteOutcomes([held, held])).toEqual({
    ...held,
    ...{ affected: { kept: 6 }, others: { connections: 4, harmed: 0 }, lost: 2 },
    silenceP50Ms: 40,
  });
  expect(uniteOutcomes([held, broken, unjudged])).toEqual({
    ...broken,
    ...{ affected: { kept: 5, reset: 1 }, others: { connections: 6, harmed: 0 }, lost: 3 },
    silenceP50Ms: 40,
  });
  const slow = { ...held, silenceMs: 300 };
  expect(uniteOutcomes([slow, held, slow])).toMatchObject({ silenceMs: 300, silenceP50Ms: 300 });
  expect(uniteOutcomes([unjudged, held])).toMatchObject({ status: 'error', affected: { kept: 3 } });
});
