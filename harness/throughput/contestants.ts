/** What is measured side by side: directors under test, and what they are compared with. */
import type { LaneKind, Mode } from '../../lab/index.ts';
import type { DirectorUnderTest } from '../directors/director-under-test.ts';
import type { Reference } from '../directors/reference.ts';

export type Contestant =
  | { readonly director: DirectorUnderTest; readonly kind: 'balancer' }
  | { readonly reference: Reference; readonly kind: LaneKind };

export interface Entered {
  readonly name: string;
  readonly contestant: Contestant;
  /** Why it cannot run here. */
  readonly unavailable: string | undefined;
}

/** Those that know the mode. */
export async function enter(
  mode: Mode,
  directors: readonly DirectorUnderTest[],
  references: readonly Reference[],
): Promise<Entered[]> {
  const all = [
    ...directors.map((director) => ({ one: director, contestant: { director, kind: 'balancer' } as const })),
    ...references.map((reference) => ({ one: reference, contestant: { reference, kind: reference.kind } })),
  ];
  return Promise.all(
    all
      .filter(({ one }) => one.modes.includes(mode))
      .map(async ({ one, contestant }) => ({
        name: one.name,
        contestant,
        unavailable: await one.unavailable(),
      })),
  );
}

/** Whether it carries what is measured: HTTP, or datagrams. */
export function carries(contestant: Contestant, protocol: 'tcp' | 'udp'): boolean {
  return 'director' in contestant || contestant.reference.protocols.includes(protocol);
}
