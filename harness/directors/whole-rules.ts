/** A director made of a program that is told all services each time something changes, as most load balancers are. */
import type { LabHost } from '../../lab/index.ts';
import { featuresOf } from '../../scenarios/features.ts';
import type { BalancedService, DirectorUnderTest, RunningDirector } from './director-under-test.ts';
import { RuleBook } from './rule-book.ts';

/** It runs on a host, and balances nothing yet. */
export interface Balancer {
  /** Balances these services from now on, and no others. */
  load(services: readonly BalancedService[]): Promise<void>;
  /** Balances nothing any more, and has forgotten all connections. */
  reset(): Promise<void>;
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

interface Parts extends Omit<DirectorUnderTest, 'start' | 'isOwn'> {
  readonly balance: (host: LabHost) => Promise<Balancer>;
}

export function directorOf({ balance, ...described }: Parts): DirectorUnderTest {
  const declared = featuresOf(described.declared);
  return {
    ...described,
    isOwn: false,
    async start(lab, rules, _seed, hostName = 'director'): Promise<RunningDirector> {
      const book = new RuleBook();
      const balancer = await balance(lab.host(hostName));
      const apply = (lines: readonly string[]) =>
        book.apply(lines, () => balancer.load(book.balanced), declared);
      await apply(rules);
      return {
        apply,
        reset: async () => {
          book.clear();
          await balancer.reset();
        },
        ended: balancer.ended,
        stop: () => balancer.stop(),
      };
    },
  };
}
