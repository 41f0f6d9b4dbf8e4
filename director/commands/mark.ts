/** `lvs-lab director mark` */
import { ControlClient } from '../control/client.ts';
import { parseMark } from '../control/mark-rule.ts';
import { controlSocketPath } from '../control/socket-path.ts';
import { flags, UsageError } from './flags.ts';

export async function mark(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const { dst, proto, dport, set } = flags(args, { dst: text, proto: text, dport: text, set: text });
  if (dst === undefined || set === undefined) {
    throw new UsageError('mark needs --dst ADDR[/n] and --set N; --proto and --dport are optional');
  }
  const words = { dst, set, ...(proto && { proto }), ...(dport && { dport }) };
  parseMark(words);
  await new ControlClient(controlSocketPath()).mark(words);
}
