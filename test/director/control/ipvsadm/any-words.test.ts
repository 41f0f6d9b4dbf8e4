import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { operationSchema } from '../../../../director/control/ipvsadm/backend/operation-schema.ts';
import type { Operation } from '../../../../director/control/ipvsadm/backend/operations.ts';
import { Session } from './session.ts';

const OPTIONS =
  '-A -E -D -a -e -d -C -L -l -Z -R -S -h -v -t -u -f -s -p -M -r -g -i -m -w -x -y -n -c -o -b -6 -X --set --start-daemon ' +
  '--stop-daemon --sctp-service --pe --tun-type --tun-port --tun-csum --stats --rate --exact --timeout --daemon --syncid ' +
  '--mcast-group --mcast-port --mcast-ttl --sync-maxlen --mcast-interface -- - --weight=3 -Ln -At -w5';
const VALUES =
  '10.0.0.1:80 [::1]:80 [::1] 80 0 -1 65536 4294967295 master backup gue gre rr sh sh-port constructor __proto__ toString ' +
  '255.255.255.0 64 224.0.0.1 ff02::1 eth0 , sip';

const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...OPTIONS.split(' ')) },
  { weight: 3, arbitrary: fc.constantFrom(...VALUES.split(' ')) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }).map((text) => `-${text}`) },
);

/** Exit codes that the program has. */
const EXIT_CODES = [0, 1, 2, 255];

test('whatever the words are, they end in an exit code, and failures in a message', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 8 }), fc.string(), async (words, stdin) => {
      const { rc, stderr } = await new Session().run(words, stdin);
      expect(EXIT_CODES).toContain(rc);
      if (rc !== 0) expect(stderr).not.toBe('');
      // What is told after the program's own name is an error that nobody thought of.
      expect(stderr).not.toMatch(/^ipvsadm: /);
    }),
    { numRuns: 3_000 },
  );
});

test('whatever is asked of the kernel’s side is of the shape that a director takes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 8 }), fc.string(), async (words, stdin) => {
      const asked: Operation[] = [];
      const kernel = {
        callAll: async (operations: readonly Operation[]) => {
          asked.push(...operations);
          return operations.map(() => ({ errno: 'EINVAL' as const }));
        },
      };
      await new Session(kernel).run(words, stdin);
      for (const operation of asked) expect(operationSchema.safeParse(operation).error).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});
