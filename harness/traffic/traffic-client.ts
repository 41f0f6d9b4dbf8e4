/** Program: sends what it is asked to, for as long as it is asked. Starting one for each load would take longer than the load. */
import { answerRequests } from '../../lab/conversation.ts';
import { httpLoad } from './http-load-client.ts';
import { udpLoad } from './udp-client.ts';

/** One load, with the words that its own program takes. */
export interface LoadOrder {
  readonly load: 'http' | 'udp';
  readonly args: readonly string[];
}

await answerRequests(({ load, args }: LoadOrder) => (load === 'http' ? httpLoad(args) : udpLoad(args)));
