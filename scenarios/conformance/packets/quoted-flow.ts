/** A flow with packets that are long enough to be quoted in every length, and errors about them. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { ICMP, type IpFields, pattern } from '../../../lab/frames/index.ts';
import { errorQuoting, type HANDLED_ERRORS, QUOTED_BYTES } from '../../kit/expecting/icmp-messages.ts';
import { kernel } from '../../kit/requirement.ts';
import { NO_OPERATION } from '../../kit/sending/ip-values.ts';
import { send } from '../../kit/sending/send.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import type { Stage } from '../../kit/stage.ts';
import { addStandardService } from '../../kit/standard-service.ts';

export const icmp = (what: string) => kernel(`ICMP errors: ${what}, §5.8`);

/** A router beyond the servers, and one beyond the clients: no other host has these addresses. */
export const SERVER_SIDE_ROUTER = '192.0.2.33';
export const CLIENT_SIDE_ROUTER = '192.0.2.44';

/** Long enough to be quoted by more than 548 bytes. */
export const LONG = pattern(700);

/** Opens a TCP connection and a UDP flow with requests that are worth quoting. */
export async function openLong(stage: Stage): Promise<{ flow: ClientFlow; requests: Uint8Array[] }> {
  await addStandardService(stage);
  const flow = new ClientFlow(stage);
  await send(stage, stage.client, [flow.syn()]);
  const requests = [
    ...flow.both({ id: 801, dontFragment: true }, LONG),
    ...flow.both({ id: 802, options: NO_OPERATION }, LONG),
  ];
  await send(stage, stage.client, requests);
  return { flow, requests };
}

/** Each kind of error about each packet, quoted at each length. */
export function errorsAbout(
  quoted: readonly Uint8Array[],
  kinds: typeof HANDLED_ERRORS,
  ends: IpFields,
): Uint8Array[] {
  return quoted.flatMap((packet, i) =>
    kinds.map((kind, j) => errorQuoting(ends, kind, packet, QUOTED_BYTES[(i + j) % QUOTED_BYTES.length])),
  );
}

/** ICMP, in a tunnel or not. */
export function isIcmpInside({ ip, inner }: DecodedPacket): boolean {
  return (inner ?? ip)?.protocol === ICMP;
}
