/** How much an active connection weighs, which lc and wlc agree about. */
import type { Journal } from '../../kit/journal.ts';
import type { Service } from '../../kit/service.ts';

/** rs1 has one active connection; rs2 is given as many closed ones as are worth a little less, as much, and more. */
export async function activeAgainstInactive(journal: Journal, service: Service): Promise<void> {
  await service.meetServers();
  await service.editServer(1, { weight: 0 });
  await journal.open('rs1', 'rs2 has weight 0.');
  await service.editServer(0, { weight: 0 });
  await service.editServer(1, { weight: 1 });
  const first = await journal.open(many('rs2', 100), 'rs1 has weight 0.');
  await journal.close(first);
  const second = await journal.open(many('rs2', 100), 'rs1 has weight 0.');
  await journal.close(second);
  const third = await journal.open(many('rs2', 56), 'rs1 has weight 0.');
  await journal.close(third);
  await service.editServer(0, { weight: 1 });
  const next = await journal.open('rs2', '256 inactive connections are less than one active one.');
  await journal.close(next);
  const tie = await journal.open(
    'rs2',
    '257 inactive ones are as much; of equals the server added last is taken.',
  );
  await journal.close(tie);
  await journal.open('rs1', '258 inactive connections are more than one active one.');
}

function many(server: string, count: number): string {
  return Array<string>(count).fill(server).join(' ');
}
